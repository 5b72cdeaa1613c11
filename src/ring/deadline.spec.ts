import { describe, expect, it } from '@jest/globals';

import { Deadline } from './deadline.js';

describe('a deadline', () => {
  it('expires once after it was last armed', async () => {
    const before = performance.now();
    let times = 0;
    await new Promise<void>((resolve) => {
      const deadline = new Deadline(20, () => {
        times++;
        resolve();
      });
      deadline.arm();
      setTimeout(() => deadline.arm(), 10);
    });
    expect(times).toBe(1);
    expect(performance.now() - before).toBeGreaterThan(28);
  });

  it('excuses what was only not read yet, because this process was held up', async () => {
    const expired: string[] = [];
    const kept = new Deadline(5, () => expired.push('kept'));
    const lost = new Promise<void>((resolve) => new Deadline(5, resolve).arm());
    kept.arm();
    // The timer is due by now, and what arrived meanwhile is read right after it.
    setTimeout(() => setImmediate(() => kept.disarm()), 1);
    for (const until = performance.now() + 10; performance.now() < until;);
    await lost;
    expect(expired).toEqual([]);
  });
});
