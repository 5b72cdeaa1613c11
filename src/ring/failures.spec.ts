import { describe, expect, it } from '@jest/globals';

import { Failures } from './failures.js';

function failuresAt(clock: { now: number }, host: string, times: number): Failures {
  const failures = new Failures(() => clock.now);
  for (let i = 0; i < times; i++) failures.count(host);
  return failures;
}

describe('failed handshakes', () => {
  it('are too many at 200, for that host', () => {
    const clock = { now: 0 };
    expect(failuresAt(clock, 'a', 199).areTooMany('a')).toBe(false);
    const failures = failuresAt(clock, 'a', 200);
    expect(failures.areTooMany('a')).toBe(true);
    expect(failures.areTooMany('b')).toBe(false);
  });

  it('are forgiven, fifty a second', () => {
    const clock = { now: 0 };
    const failures = failuresAt(clock, 'a', 200);
    clock.now = 20;
    expect(failures.areTooMany('a')).toBe(false);
    failures.count('a');
    expect(failures.areTooMany('a')).toBe(true);
  });

  it('are remembered of a bounded number of hosts', () => {
    const failures = failuresAt({ now: 0 }, 'a', 300);
    for (let i = 0; i < 1_024; i++) failures.count(`h${i}`);
    expect(failures.areTooMany('a')).toBe(false);
  });
});
