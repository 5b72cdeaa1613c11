import { setTimeout as delay } from 'node:timers/promises';

import { WriteFailure } from './writer.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** For so long a full disk may be made room on, by whoever looks after it or by what expires. */
export const FULL_DISK_MS = 30_000;

export type Pause = (milliseconds: number) => Promise<unknown>;

/** Tries again what a full disk refuses, in growing pauses, until the pauses add up to `FULL_DISK_MS`. */
export async function whileFull<T>(action: () => Promise<T>, pause: Pause = delay): Promise<T> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let pausedMs = 0; ; pausedMs += pauseMs, pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await action();
    } catch (error) {
      const mayRetry = error instanceof WriteFailure && error.isFull && pausedMs < FULL_DISK_MS;
      if (!mayRetry) throw error;
      await pause(pauseMs);
    }
  }
}
