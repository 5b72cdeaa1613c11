/** Three Ringlet servers with a DATA_DIR each, by what FSYNC says: the disk is that of the temporary directory. */
import { join } from 'node:path';
import { temporaryDirectory } from '../system/processes.mjs';
import { absent } from './ring.mjs';
import { startRinglet } from './ringlet.mjs';

/** @param {string} fsync @returns {(server: string) => Record<string, string>} */
export function onDisk(fsync) {
  const directory = temporaryDirectory();
  return (server) => ({ DATA_DIR: join(directory, server), FSYNC: fsync });
}

/** @param {string} fsync @param {string} what @returns {import('./types.mjs').ContenderModule} */
const contender = (fsync, what) => ({
  name: `ringlet, FSYNC=${fsync}`,
  what: `three servers with DATA_DIR, ${what}`,
  absent,
  start: () => startRinglet(onDisk(fsync)),
});

export const modules = [
  contender('always', 'acknowledged when it is on the disk of all three'),
  contender('50ms', 'acknowledged by all three, on the disk 50 ms later at most'),
  contender('never', 'acknowledged by all three, on the disk whenever the system likes'),
];
