import type { ServerRing } from '../processes/index.js';
import type { Traffic } from './traffic.js';

/** What a round is judged by: its ring, and the record of what its clients saw. */
export interface Scene {
  readonly name: string;
  readonly ring: ServerRing;
  readonly traffic: Traffic;
  /** Milliseconds since the epoch, as in the logs. */
  readonly begunAt: number;
  /** Lines of level error or worse that have to be there. */
  readonly expected?: RegExp | undefined;
}
