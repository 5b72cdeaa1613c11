/**
 * Decides whether a history of concurrent operations is linearizable: whether there is one order of them, each between
 * its call and its return, in which a single copy would have given the same answers (Herlihy and Wing, 1990). A recorder
 * hands over what clients saw; the checker knows nothing of rings, servers or time beyond the recorded calls and returns.
 *
 * `checkLinearizable` judges Ringlet's objects, `checkHistory` any model. An operation of unknown outcome may have taken
 * effect late or never. A verdict is ok, or names operations that contradict each other, or says that the search ran out
 * of its bound; the last is no pass. Listings, expiry and what a merge of two rings decides are not modelled here.
 */
export { checkHistory, checkLinearizable, DEFAULT_MAX_STATES } from './check.js';
export type { CheckOptions, Culprit, Model, Operation, StateKey, Verdict } from './history.js';
export { type Input, type Output, type Register, register, type RegisterOperation } from './register.js';
