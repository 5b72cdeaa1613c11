/*
 * LMDB in a thread of its own: a commit waits for the disk, and a page that is not in memory for a read, and neither may
 * hold up the server's event loop. This is JavaScript, so that it runs as it is from the sources as well as when built.
 * Commits are LMDB's synchronous transactions: of the asynchronous ones of lmdb-js, one that cannot begin keeps its lock.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { open } from 'lmdb';

const PUT = 0;
const DROP = 1;
const TRUNCATE = 2;

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

/** LMDB's own name for a number is in the message; the system's is all that is needed of the others. */
function commit({ batch, mustSync }) {
  environment.transactionSync(() => apply(batch));
  if (mustSync && !isSynced) environment.env.sync();
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
      environment.env.sync((error) => (error ? reject(error) : resolve()));
    }),
  read: ({ tree, key }) => {
    const value = trees[tree].getBinary(Buffer.from(key));
    return value === undefined ? null : new Uint8Array(value);
  },
  reusable,
  close: async () => {
    environment.env.sync();
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
