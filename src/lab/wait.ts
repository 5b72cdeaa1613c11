import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is yes; false when `boundMs` passed first. It asks at least once. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  boundMs: number,
  retryMs: number,
): Promise<boolean> {
  const end = performance.now() + boundMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await sleep(retryMs);
  }
}

/** The promise's value, or undefined when `boundMs` passed first. */
export async function within<T>(promise: Promise<T>, boundMs: number): Promise<T | undefined> {
  const timer = new AbortController();
  const late = sleep(boundMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
