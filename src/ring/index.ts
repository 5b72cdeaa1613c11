/*
 * The ring module: drives the pure core of `replication/` and carries its messages. `ring.service.ts` is what the other
 * modules use; `driver.ts` feeds the core its inputs and performs what it answers, in the core's order; `links.ts` has
 * the connections, `disk.ts` the server's DATA_DIR. A connection is one of Nest's TCP microservice (incoming, `ring-server.ts`) or of a Nest TCP client
 * (outgoing, `ring-client.ts`); both speak frames through `frame-socket.ts`, and after the mutual proof of
 * `handshake.ts` carry batches of messages in both directions. A batch from a dialer is a Nest event. To the core a link is
 * one, though the pieces of large bodies have a connection of their own (`bulk-lane.ts`). `upload.ts` is the way in of
 * a client's large body.
 *
 * It decides nothing about views, order or suspicion, and looks no further into a message than to tell a piece from the
 * rest: that is the core's. It does not resume a broken connection, nor does it know the meaning of time: ticks come from
 * the health module. What it owes the core is that messages arrive in order within their lane or the link ends, that a
 * link's end is told once, and that nothing a stranger sends gets further than the frame reader.
 */
export { connectRing } from './connect.js';
export { CORE_FACTORY, type Core, type CoreFactory, type Who } from './core.js';
export { createDigest, digestOf } from './digest.js';
export { FATAL, type Fatal } from './fatal.js';
export { RING_OPTIONS, type RingOptions } from './options.js';
export { RingModule } from './ring.module.js';
export { RingService, type SharedFiles } from './ring.service.js';
export type { Upload } from './upload.js';
