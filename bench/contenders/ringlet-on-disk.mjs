/** Three Ringlet servers that acknowledge what is on the disk of all three. */
import { join } from 'node:path';
import { temporaryDirectory } from '../system/processes.mjs';
import { absent as notBuilt } from './ring.mjs';
import { startRinglet } from './ringlet.mjs';

export const name = 'ringlet on disk';
export const what = 'three servers, acknowledged when it is on the disk of all three';
export const absent = notBuilt;

const UNAVAILABLE = 'is not available in this version';

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const directory = temporaryDirectory();
  try {
    return await startRinglet((server) => ({ DATA_DIR: join(directory, server), FSYNC: 'always' }));
  } catch (error) {
    const unavailable = /** @type {Error} */ (error).message.includes(UNAVAILABLE);
    throw unavailable ? new Error(`DATA_DIR ${UNAVAILABLE}`, { cause: error }) : error;
  }
}
