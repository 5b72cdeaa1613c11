import { expect, it } from '@jest/globals';

import { Budget } from './budget.js';
import { Grumble } from './grumble.js';

it('a budget allows so many at once, and so many a second from then on', () => {
  const budget = new Budget(10);
  const taken = (now: number) => Array.from({ length: 50 }, () => budget.take(now)).filter(Boolean).length;
  expect([taken(1_000), taken(1_000), taken(1_100), taken(1_600), taken(60_000)]).toEqual([10, 0, 1, 5, 10]);
});

it('a complaint is said once a minute, with how often there was reason for it', () => {
  const said: string[] = [];
  let now = 5;
  const grumble = new Grumble({ warn: (text: string) => void said.push(text) }, () => now);
  for (let count = 0; count < 3; count++) grumble.say('a', 'first');
  grumble.say('b', 'other');
  now += 61_000;
  grumble.say('a', 'again');
  expect(said).toEqual(['first', 'other', 'again (3 times)']);
});
