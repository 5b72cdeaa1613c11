/*
 * Saves records until it is killed, and says of each when it counts as saved: `node saver.mjs <directory> <FSYNC> <savers>`.
 */
import { Store } from '../store.ts';
import { largeRecord, put, smallRecord } from './samples.ts';

const LARGE_EACH = 50;
const [directory, fsync, savers] = process.argv.slice(2);
const store = await Store.open(directory, {
  ring: 'lab',
  fsync: /^\d+$/.test(fsync) ? Number(fsync) : fsync,
  onFailure: (error) => process.stderr.write(`${error.stack}\n`),
});
await store.load();

let last = 0;
async function saveOn() {
  for (;;) {
    const revision = ++last;
    const record = revision % LARGE_EACH === 0 ? largeRecord(revision) : smallRecord(revision);
    await store.save([put(record)], false);
    process.stdout.write(`${revision}\n`);
  }
}

await Promise.all(Array.from({ length: Number(savers) }, saveOn));
