// Loaded into every server of the lab, ahead of its own program (`node --import`): when the lab goes, however it goes,
// the channel to it closes and the server goes too. The server's program knows nothing of this.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
