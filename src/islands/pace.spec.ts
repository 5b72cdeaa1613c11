import { expect, test } from '@jest/globals';

import { Pace } from './pace.js';

test('something is told five times in any minute', () => {
  const pace = new Pace();
  const times = [0, 1, 2, 3, 30_000, 30_001, 59_999, 60_000, 60_000, 60_001];
  expect(times.filter((now) => pace.allows(now))).toEqual([0, 1, 2, 3, 30_000, 60_000, 60_001]);
});
