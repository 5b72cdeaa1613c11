import { setTimeout as delay } from 'node:timers/promises';

/** What comes soon is seen soon, and what takes longer is not kept from its work by looking. */
const FIRST_LOOK_MS = 2;
const LONGEST_LOOK_MS = 50;
const WAIT_MS = 20_000;

/** Waits for a condition; fails with `what` when it does not come true in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (let lookMs = FIRST_LOOK_MS; !(await holds()); lookMs = Math.min(1.5 * lookMs, LONGEST_LOOK_MS)) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(lookMs);
  }
}
