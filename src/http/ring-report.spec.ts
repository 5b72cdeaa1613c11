import { expect, test } from '@jest/globals';

import type { Status, View } from '../replication/index.js';
import { reportRing } from './ring-report.js';

const server = (id: number, name: string) => ({
  id,
  name,
  url: `u${id}`,
  ring: `r${id}`,
  priority: id,
  durable: false,
  was: 0,
});
const self = server(1, 'one');

const joining: Status = {
  phase: 'joining',
  self,
  view: null,
  watermark: 0,
  full: false,
  hasLease: false,
  choosing: false,
  suspected: [],
  objects: 0,
  conflicts: 0,
  offers: 0,
  bytes: 0,
  pinned: 0,
};

test('before membership there are no members', () => {
  expect(reportRing('lab', joining, ['a'])).toEqual({
    ring: 'lab',
    view: 0,
    primary: null,
    self: 'one',
    state: 'joining',
    provisional: false,
    members: [],
    revision: 0,
    objects: 0,
    conflicts: 0,
    offers: 0,
    lost: ['a'],
  });
});

test('members come in their order, each with its state', () => {
  const members = [server(3, 'three'), server(2, 'two'), self].map((member) => ({
    ...member,
    full: member.id !== 1,
    last: 0,
  }));
  const view = { id: { number: 9, proposer: 3 }, members, provisional: true } as unknown as View;
  const status: Status = { ...joining, phase: 'member', view, watermark: 5, suspected: [2] };
  const report = reportRing('lab', status, []);
  expect(report).toMatchObject({ view: 9, primary: 'three', self: 'one', provisional: true, revision: 5 });
  expect(report.members.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'three up',
    'two suspected',
    'one filling',
  ]);
  expect(report.members[0]?.id).toBe('000000000003');
});
