/*
 * The disk of one server: the changes that the core emits, kept in DATA_DIR and read back at the next start. `store.ts` is
 * what the others use; `commits.ts` puts what waits into one commit; `lmdb/thread.mjs` has LMDB, in a thread of its own;
 * `lmdb/read-database.ts` reads its file without it, checking everything, before LMDB may; `blobs.ts` has large bodies, each a
 * file, which `large-bodies.ts` knows of; `part-files.ts` has those that come piece by piece, ahead of their record; `claim.ts` and `lock.ts` keep out whoever the directory is not for.
 *
 * It decides nothing about what is kept, and looks into a record for its key, its revision and its body only. It repairs
 * nothing: what is damaged is named and left out, for the ring to bring again. It goes on after a full disk, but not after a
 * disk that failed: what an fsync that failed has lost, a second one would not tell.
 */
export { damagedIn } from './claim.js';
export { StorageError } from './storage-error.js';
export { Store, type Fsync, type StoreOptions } from './store.js';
