/*
 * LMDB in a thread of its own: a commit waits for the disk, and a page that is not in memory for a read, and neither may
 * hold up the server's event loop. This is JavaScript, so that it runs as it is from the sources as well as when built.
 * Commits are LMDB's synchronous transactions: of the asynchronous ones of lmdb-js, one that cannot begin keeps its lock.
 */
import { statfsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

import { open } from 'lmdb';

const PUT = 0;
const DROP = 1;
const TRUNCATE = 2;
const EIO = 5;
const ENOSPC = 28;
/** More than a batch makes of pages: entries fill half of theirs, and those above them are copied. */
const PAGES_PER_BYTE = 4;
const ROOM_BYTES = 1024 * 1024;

const { path, trees: names, isSynced } = workerData;
// No values have versions: without them, lmdb-js ends the process at a conditional write, so that there must be none.
const options = { encoding: 'binary', keyEncoding: 'binary' };
const environment = open({ ...options, path, overlappingSync: false, noSync: !isSynced, noSubdir: false });
const trees = names.map((name) => environment.openDB(name, options));

/** @param {{ operations: Float64Array, bytes: Uint8Array }} batch */
function apply({ operations, bytes }) {
  let start = 0;
  const take = (length) => bytes.subarray(start, (start += length));
  for (let at = 0; at < operations.length; at += 4) {
    const tree = trees[operations[at + 1]];
    const key = Buffer.from(take(operations[at + 2]));
    const value = take(operations[at + 3]);
    if (operations[at] === PUT) tree.putSync(key, value);
    else if (operations[at] === DROP) tree.removeSync(key);
    else if (operations[at] === TRUNCATE) truncate(tree, key);
  }
}

/** Drops the entry of this key and all behind it. */
function truncate(tree, start) {
  const keys = Array.from(tree.getKeys({ start }), (key) => Buffer.from(key));
  for (const key of keys) tree.removeSync(key);
}

function commit({ batch, mustSync }) {
  try {
    environment.transactionSync(() => apply(batch));
  } catch (error) {
    if (error.code !== EIO || hasRoom(batch)) throw error;
    throw Object.assign(new Error('no space left'), { code: ENOSPC });
  }
  if (mustSync && !isSynced) sync();
}

/** What a sync that failed has lost is not known, whatever the reason was: it has no code by which it would be tried again. */
function sync() {
  try {
    environment.env.sync();
  } catch (error) {
    throw new Error(`a sync failed: ${error.message}`, { cause: error });
  }
}

/**
 * LMDB calls it an I/O error when the system writes a part of what it should, which it does on a disk that is full. To try that
 * again is safe: nothing refers to the pages of a transaction that failed, and the next try writes all of them anew.
 */
function hasRoom({ bytes }) {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize > PAGES_PER_BYTE * bytes.length + ROOM_BYTES;
}

/** Bytes of the file that the next writes can take without making it longer. */
function reusable() {
  const { free, lastPageNumber, root } = trees[0].getStats();
  const pages = [free, root, ...trees.map((tree) => tree.getStats())].map(
    ({ treeBranchPageCount, treeLeafPageCount, overflowPages }) =>
      treeBranchPageCount + treeLeafPageCount + overflowPages,
  );
  const used = pages.reduce((sum, count) => sum + count, 0);
  return Math.max(0, lastPageNumber - 1 - used) * root.pageSize;
}

const handlers = {
  commit,
  /** In a thread of LMDB's, so that commits go on meanwhile. */
  sync: () =>
    new Promise((resolve, reject) => {
      environment.env.sync((error) =>
        error ? reject(new Error(`a sync failed: ${error.message}`)) : resolve(),
      );
    }),
  read: ({ tree, key }) => {
    const value = trees[tree].getBinary(Buffer.from(key));
    return value === undefined ? null : new Uint8Array(value);
  },
  reusable,
  close: async () => {
    sync();
    await environment.close();
  },
};

const answer = parentPort.postMessage.bind(parentPort);

parentPort.on('message', async ({ id, kind, ...request }) => {
  try {
    const value = await handlers[kind](request);
    answer({ id, value });
  } catch (error) {
    answer({ id, problem: { message: String(error?.message ?? error), code: error?.code } });
  }
  if (kind === 'close') parentPort.close();
});
answer({ id: 0 });
