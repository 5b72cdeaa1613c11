/*
 * The lab: a ring of real servers on this machine, and a console (`words.ts`) to stop, kill, pause and reboot them. `open.ts`
 * makes one, `boot.ts` and `halt.ts` start and end its servers, `watcher.ts` tells what happens to their ring, `run.ts` is
 * the whole program. Others that need a ring of processes use it without the console.
 *
 * It knows of the ring what any client could read over HTTP, and nothing of a server but its process. It leaves no
 * process and no temporary file behind, however it ends.
 */
export { reboot, startFirst } from './boot.js';
export { onEnd } from './ending.js';
export { kill, stop } from './halt.js';
export type { Lab } from './lab.js';
export { openLab } from './open.js';
export { describeLab, type GivenOptions, readOptions } from './options.js';
export { takenSentence } from './ports.js';
export { runLab } from './run.js';
