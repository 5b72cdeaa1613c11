import { expect, test } from '@jest/globals';

import { RequestTally } from '../http/index.js';
import { type Status, type View, ORDINARY } from '../replication/index.js';
import { createRegistry } from './registry.js';

const self = { id: 1, name: 'one', url: 'u', ring: 'r', priority: 1, durable: false, ...ORDINARY, was: 0 };
const other = { ...self, id: 2, name: 'two' };
const status: Status = {
  phase: 'member',
  self,
  view: { id: { number: 7, proposer: 2 }, members: [other, self], provisional: true } as unknown as View,
  ringId: 3,
  watermark: 41,
  full: true,
  hasLease: false,
  choosing: false,
  suspected: [2],
  ages: [0, 50],
  loads: [],
  objects: 5,
  conflicts: 0,
  offers: 0,
  bytes: 6000,
  pinned: 1,
  passing: 0,
  copiesAway: 3,
  lacking: 2,
};

/** The lines of one metric, without its help. */
const lines = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(name));

test('a place in the ring is told as it is at the moment', async () => {
  let present = status;
  const registry = createRegistry(() => present, new RequestTally());
  const text = await registry.metrics();
  for (const line of [
    'ringlet_ring_member 1',
    'ringlet_ring_primary 0',
    'ringlet_ring_view_number 7',
    'ringlet_ring_view_provisional 1',
    'ringlet_ring_members 2',
    'ringlet_ring_suspected_members 1',
    'ringlet_ring_full 1',
    'ringlet_ring_read_lease 0',
    'ringlet_ring_watermark_revision 41',
    'ringlet_objects 5',
    'ringlet_objects_bytes 6000',
    'ringlet_uploads 1',
    'ringlet_copies_away 3',
    'ringlet_bodies_lacking 2',
  ])
    expect(text.split('\n')).toContain(line);
  present = { ...status, phase: 'joining', view: null, objects: 0 };
  const later = (await registry.metrics()).split('\n');
  for (const line of ['ringlet_ring_member 0', 'ringlet_ring_members 0', 'ringlet_objects 0'])
    expect(later).toContain(line);
});

test('times are cumulative, end with all of them, and are given only of methods that came', async () => {
  const tally = new RequestTally();
  const times = tally.timesOf(0).buckets;
  times[0] = 3;
  times[4] = 2;
  times[times.length - 1] = 1;
  const text = await createRegistry(() => status, tally).metrics();
  const found = lines(text, 'ringlet_object_request_duration_seconds');
  expect(found[0]).toMatch(/_bucket\{method="GET",le="0.00005"\} 3$|_bucket\{method="GET",le="5e-5"\} 3$/);
  expect(found).toContain('ringlet_object_request_duration_seconds_bucket{method="GET",le="0.001"} 5');
  expect(found).toContain('ringlet_object_request_duration_seconds_bucket{method="GET",le="10"} 5');
  expect(found).toContain('ringlet_object_request_duration_seconds_bucket{method="GET",le="+Inf"} 6');
  expect(found).toContain('ringlet_object_request_duration_seconds_count{method="GET"} 6');
  expect(found.every((line) => line.includes('"GET"'))).toBe(true);
});

test('two servers of one process do not mix', async () => {
  const [one, two] = [status, { ...status, objects: 9 }].map((own) =>
    createRegistry(() => own, new RequestTally()),
  );
  expect(lines(await one!.metrics(), 'ringlet_objects ')).toEqual(['ringlet_objects 5']);
  expect(lines(await two!.metrics(), 'ringlet_objects ')).toEqual(['ringlet_objects 9']);
});

test('other islands are counted by their state, and what came of them', async () => {
  const one = { name: 'n', id: 'i', since: null, url: null, members: [], lastError: null };
  const report = () => [
    { ...one, state: 'up' as const },
    { ...one, state: 'up' as const },
    { ...one, state: 'unknown' as const },
  ];
  const tally = { found: 3, absent: 2, failed: 1, copies: 0, forwarded: 5 };
  const text = await createRegistry(() => status, new RequestTally(), undefined, undefined, {
    report,
    tally,
  }).metrics();
  for (const line of [
    'ringlet_islands{state="up"} 2',
    'ringlet_islands{state="down"} 0',
    'ringlet_islands{state="unknown"} 1',
    'ringlet_island_requests_total{result="found"} 3',
    'ringlet_island_requests_total{result="forwarded"} 5',
  ])
    expect(text.split('\n')).toContain(line);
});

test('the directory that is shared is told of, if there is one', async () => {
  const figures = { files: 3, bytes: 70, leftOut: 2, waiting: 1, isWalking: true };
  const of = (files: typeof figures | null) =>
    createRegistry(
      () => status,
      new RequestTally(),
      undefined,
      undefined,
      null,
      () => files,
    ).metrics();
  expect(lines(await of(figures), 'ringlet_shared')).toEqual([
    'ringlet_shared_files 3',
    'ringlet_shared_bytes 70',
    'ringlet_shared_files_left_out 2',
    'ringlet_shared_files_waiting 1',
    'ringlet_shared_files_walking 1',
  ]);
  expect(lines(await of(null), 'ringlet_shared')).toEqual([]);
});
