/**
 * What clients do to a ring of processes while a suite harms it, and how that is judged afterwards. Clients share a few keys,
 * whose history has to be linearizable, and write others once, which have to stay when they were acknowledged and must not
 * show when they were refused.
 *
 * What happens to the servers meanwhile is up to the suites. Answers that are marked (provisional, or stale) promise nothing
 * of the ring, so they are no part of the history, except that what they tell of may have happened.
 */
export { hotKeys } from './client.js';
export { describeFailure, keepEvidence } from './failure.js';
export { keptAt } from './kept-apart.js';
export { Load } from './load.js';
export { Prober } from './prober.js';
export { at, middle, primary, type Role, roles, tail } from './roles.js';
export { Samples } from './samples.js';
export type { Scene } from './scene.js';
export { replayCommand, roundSeed, suiteSeed } from './seed.js';
export { timesOf } from './times.js';
export { newCaller, newPipeline, type Sender, Traffic } from './traffic.js';
export { bodyOf, valueOf } from './values.js';
export { differences, verify } from './verify.js';
