import { describe, expect, it } from '@jest/globals';

import { Lag } from './lag.js';

describe('The lag of a process', () => {
  it('is how late it was last, and falls off when it is in time again', () => {
    const lag = new Lag(0);
    lag.look(101);
    expect(lag.ms).toBe(1);
    lag.look(601);
    expect(lag.ms).toBe(400);
    lag.look(701);
    expect(lag.ms).toBe(200);
    for (let now = 801; now < 2000; now += 100) lag.look(now);
    expect(lag.ms).toBeLessThan(1);
  });
});
