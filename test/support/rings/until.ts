import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 5;
const WAIT_MS = 20_000;

/** Waits for a condition; fails with `what` when it does not come true in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(LOOK_MS);
  }
}
