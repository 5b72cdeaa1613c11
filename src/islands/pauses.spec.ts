import { expect, test } from '@jest/globals';

import { Pauses } from './pauses.js';

test('pauses grow to a bound below five seconds, and an answer ends that', () => {
  const pauses = new Pauses(() => 0.5);
  const grown = Array.from({ length: 100 }, () => pauses.afterFailure());
  expect(grown.slice(0, 6)).toEqual([100, 200, 400, 800, 1600, 2500]);
  expect(Math.max(...grown)).toBe(2500);
  expect(pauses.afterAnswer()).toBe(750);
  expect(pauses.afterFailure()).toBe(100);
});

test('no two servers wait for the same time', () => {
  const [least, most] = [0, 1].map((random) => new Pauses(() => random).afterAnswer());
  expect([least!, most!].map(Math.round)).toEqual([600, 900]);
});
