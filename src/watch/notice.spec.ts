import { expect, test } from '@jest/globals';

import { heartbeat, noticesOf, suspicion } from './notice.js';
import { reportOf, viewOf } from './testing/fixtures.js';

function told(view: readonly number[], previous: readonly number[]): string[] {
  return noticesOf(viewOf(6, view), viewOf(5, previous), []).map(
    ({ name, data }) => `${name} ${JSON.parse(data).name}`,
  );
}

test.each([
  ['nothing', [1, 2], [1, 2], []],
  ['a newcomer', [1, 2, 3], [1, 2], ['joined s3']],
  ['a death', [1, 2], [1, 2, 3], ['left s3']],
  ['the death of the primary', [2, 3], [1, 2, 3], ['left s1', 'promoted s2']],
  ['a reboot of the primary within one view', [2, 3, 9], [1, 2, 3], ['left s1', 'joined s9', 'promoted s2']],
])('%s', (_what, view, previous, expected) => {
  expect(told(view, previous)).toEqual(expected);
});

test('a notice names the member and the view', () => {
  const [joined] = noticesOf(viewOf(6, [1, 0xab]), viewOf(5, [1]), []);
  expect(JSON.parse(joined!.data)).toEqual({ id: '0000000000ab', name: 's171', url: 'http://s171', view: 6 });
});

test('a suspicion has its reason', () => {
  const [server] = viewOf(1, [2]).members;
  expect(JSON.parse(suspicion(server!, 'silent', 3).data)).toEqual({
    id: '000000000002',
    name: 's2',
    url: 'http://s2',
    view: 3,
    reason: 'silent',
  });
});

function reasonsOf(leavers: readonly number[] | null): unknown[] {
  return noticesOf(viewOf(6, [1]), viewOf(5, [1, 2, 3]), leavers).map(({ data }) => JSON.parse(data).reason);
}

test('who left is told from who was lost, where that is known', () => {
  expect(reasonsOf([3])).toEqual(['lost', 'leaving']);
  expect(reasonsOf(null)).toEqual(['unknown', 'unknown']);
});

test('a heartbeat says how its server is, and when it heard of each', () => {
  const time = '2026-03-01T12:00:00.000Z';
  expect(JSON.parse(heartbeat(4, reportOf([1, 2])).data)).toEqual({
    revision: 4,
    name: 's1',
    url: 'http://s1:8001',
    port: 8001,
    state: 'member',
    time,
    view: 3,
    primary: 's1',
    requests: 7,
    inFlight: 1,
    members: [
      { name: 's1', url: 'http://s1:8001', port: 8001, state: 'up', heard: time },
      { name: 's2', url: 'http://s2:8002', port: 8002, state: 'up', heard: null },
    ],
  });
});

test('a server that is no member has no address to tell', () => {
  expect(JSON.parse(heartbeat(0, reportOf([])).data)).toMatchObject({ name: 's1', url: null, port: null });
});
