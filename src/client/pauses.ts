import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** Waits between two rounds of servers, longer each time, and not as long as all the others do. Rejects when the signal comes. */
export async function pause(round: number, leastMs: number, signal: AbortSignal): Promise<void> {
  const most = Math.max(Math.min(FIRST_PAUSE_MS * 2 ** round, LONGEST_PAUSE_MS), leastMs);
  await sleep(most * (0.5 + Math.random() / 2), undefined, { signal });
}
