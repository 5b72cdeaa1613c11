/*
 * Backups: `GET /backup`, all committed objects as one stream of records (`format.ts`), in the order of their revisions. It is
 * read while the ring goes on (`backup-stream.ts`), and what is written meanwhile is met again before the end; so who applies
 * it in order has the state of the ring at the revision that the last line names.
 *
 * It keeps nothing: the client's reading decides how fast it goes. It does not restore either: that is a matter of
 * PUTs, by whoever has the backup. A server that stops being a member in the middle ends the connection without the last line.
 */
export { BackupModule } from './backup.module.js';
