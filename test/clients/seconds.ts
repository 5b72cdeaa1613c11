import { setTimeout as passed } from 'node:timers/promises';

const SECOND_MS = 1000;

/**
 * Waits until the clock shows another second. HTTP's dates have whole seconds: what is written twice within one is the
 * same for a client that goes by dates.
 */
export async function nextSecond(): Promise<void> {
  await passed(SECOND_MS - (Date.now() % SECOND_MS) + 1);
}
