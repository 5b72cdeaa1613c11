import { expect, it } from '@jest/globals';

import { Losses } from './losses.js';

const lost = (...keys: string[]) => ({ count: keys.length, keys, isAll: true });

it('tells once what is lost, when it is not found again', () => {
  const told: string[] = [];
  const losses = new Losses({ warn: (line: string) => void told.push(line) });
  for (const now of [0, 60_000]) losses.look(lost(), now);
  for (const now of [60_001, 65_000]) losses.look(lost('a'), now);
  losses.look(lost(), 65_001);
  losses.look(lost('a'), 65_002);
  expect(told).toEqual([]);
  for (const now of [70_002, 200_000]) losses.look(lost('a'), now);
  expect(told).toEqual([
    expect.stringMatching(/^No server of the ring has the body of "a": .* put it again, or delete it/),
  ]);
  for (const now of [200_001, 205_001]) losses.look(lost('a', 'b c'), now);
  expect(told[1]).toMatch(/ of "a", "b c": /);
});

it('names some of many', () => {
  const told: string[] = [];
  const losses = new Losses({ warn: (line: string) => void told.push(line) });
  for (const now of [0, 5_000])
    losses.look({ count: 300, keys: Array.from({ length: 100 }, (_, at) => `k${at}`), isAll: true }, now);
  expect(told[0]).toMatch(/"k9" and 290 more: /);
});
