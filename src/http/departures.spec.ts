import { beforeEach, expect, test } from '@jest/globals';

import type { View } from '../replication/index.js';
import { Departures, whyGone } from './departures.js';

const member = (id: number, name = `s${id}`) => ({ id, name, url: `http://${name}` });
const viewOf = (number: number, members: readonly object[]) =>
  ({ id: { number, proposer: 1 }, members }) as unknown as View;
const [one, two, three] = [member(1), member(2), member(3)];

let departures: Departures;
beforeEach(() => {
  departures = new Departures(() => new Date(0));
});

function enter(view: View, previous: View | null, leavers: readonly number[] | null): string[] {
  departures.follow({ kind: 'view', view, previous, leavers });
  return departures.list.map(({ name, reason }) => `${name} ${reason}`);
}

test('who agreed to go is told from who was lost', () => {
  const before = viewOf(1, [one, two, three]);
  expect(enter(viewOf(2, [one]), before, [3])).toEqual(['s3 leaving', 's2 lost']);
  expect(departures.list[1]).toEqual({
    id: '000000000002',
    name: 's2',
    url: 'http://s2',
    reason: 'lost',
    view: 2,
    time: '1970-01-01T00:00:00.000Z',
  });
  expect(whyGone(one as never, null)).toBe('unknown');
});

test('the newest come first, and who is back is not gone', () => {
  enter(viewOf(2, [one, two]), viewOf(1, [one, two, three]), []);
  expect(enter(viewOf(3, [one]), viewOf(2, [one, two]), [2])).toEqual(['s2 leaving', 's3 lost']);
  expect(enter(viewOf(4, [one, member(9, 's3')]), viewOf(3, [one]), [])).toEqual(['s2 leaving']);
});

test('a server that was started anew within one view is not gone', () => {
  expect(enter(viewOf(2, [one, member(9, 's2')]), viewOf(1, [one, two]), [])).toEqual([]);
});

test('a newcomer knows of nobody', () => {
  expect(enter(viewOf(2, [one, two]), null, null)).toEqual([]);
});

test('so many are remembered', () => {
  for (let number = 1; number < 30; number++)
    enter(viewOf(number + 1, [one]), viewOf(number, [one, member(100 + number)]), []);
  expect(departures.list).toHaveLength(16);
  expect(departures.list[0]!.name).toBe('s129');
});
