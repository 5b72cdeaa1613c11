import { expect, test } from '@jest/globals';

import { type Status, type View, ORDINARY } from '../replication/index.js';
import { reportRing } from './ring-report.js';

const server = (id: number, name: string) => ({
  id,
  name,
  url: `u${id}`,
  ring: `r${id}`,
  priority: id,
  durable: false,
  ...ORDINARY,
  was: 0,
});
const self = server(1, 'one');

const joining: Status = {
  phase: 'joining',
  self,
  view: null,
  ringId: 0,
  watermark: 0,
  full: false,
  hasLease: false,
  choosing: false,
  suspected: [],
  ages: [],
  loads: [],
  objects: 0,
  conflicts: 0,
  offers: 0,
  bytes: 0,
  pinned: 0,
  passing: 0,
  copiesAway: 0,
  lacking: 0,
};

const now = new Date('2026-03-01T12:00:00.000Z');
const surroundings = {
  ring: 'lab',
  now,
  load: { requests: 7, inFlight: 1 },
  gone: [],
  isLeaving: false,
  lost: ['a'],
};

test('before membership there are no members', () => {
  expect(reportRing(surroundings, joining)).toEqual({
    ring: 'lab',
    ringId: null,
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
    time: '2026-03-01T12:00:00.000Z',
    load: { requests: 7, inFlight: 1 },
    gone: [],
  });
});

test('members come in their order, each with its state', () => {
  const members = [server(3, 'three'), server(2, 'two'), self].map((member) => ({
    ...member,
    full: member.id !== 1,
    last: 0,
  }));
  const view = { id: { number: 9, proposer: 3 }, members, provisional: true } as unknown as View;
  const status: Status = {
    ...joining,
    phase: 'member',
    view,
    watermark: 5,
    suspected: [2],
    ages: [250, -1, 0],
  };
  const report = reportRing(surroundings, status);
  expect(report).toMatchObject({ view: 9, primary: 'three', self: 'one', provisional: true, revision: 5 });
  expect(report.members.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'three up',
    'two suspected',
    'one filling',
  ]);
  expect(report.members.map(({ heard }) => heard)).toEqual([
    '2026-03-01T11:59:59.750Z',
    null,
    '2026-03-01T12:00:00.000Z',
  ]);
  expect(report.members[0]?.id).toBe('000000000003');
});

test('who was told to end is leaving as long as it is a member', () => {
  const leaving = { ...surroundings, isLeaving: true };
  const phases = (['member', 'joining', 'left'] as const).map((phase) => ({ ...joining, phase }));
  expect(phases.map((status) => reportRing(leaving, status).state)).toEqual(['leaving', 'joining', 'left']);
});
