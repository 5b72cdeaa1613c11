import type { Clock } from '../replication/index.js';

export function readClock(): Clock {
  return { now: performance.now(), wall: Date.now() };
}
