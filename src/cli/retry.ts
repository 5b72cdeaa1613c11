import { setTimeout as delay } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 2000;

/** Waits before the next attempt, longer each time, and not as long as all the others do. Rejects when the signal comes. */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const most = Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS);
  await delay(most * (0.5 + Math.random() / 2), undefined, { signal });
}
