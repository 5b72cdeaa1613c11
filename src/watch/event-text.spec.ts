import { expect, test } from '@jest/globals';

import { conflictsOf } from '../replication/index.js';
import { ChangeTexts, renderEvent, renderOpening } from './event-text.js';
import { historyOf, record } from './testing/fixtures.js';

test('an event is as WHATWG HTML has it', () => {
  expect(renderEvent('heartbeat', 7, '{"revision":7}')).toBe(
    'event: heartbeat\nid: 7\ndata: {"revision":7}\n\n',
  );
  expect(renderOpening(7, 1000)).toBe('retry: 1000\nid: 7\n\n');
});

test('a put tells what a listing would', () => {
  const history = historyOf(0);
  history.append(record(1, { key: 'ä/\u2028"x', type: 'text/plain', size: 3, modified: 1_600_000_000_000 }));
  expect(new ChangeTexts(history).of(1)).toBe(
    'event: put\nid: 1\ndata: {"key":"ä/\u2028\\"x","revision":1,"etag":"\\"1-0123456789abcdef\\"","size":3,' +
      '"type":"text/plain","modified":"2020-09-13T12:26:40.000Z"}\n\n',
  );
});

test('a put without a type has the general one', () => {
  expect(new ChangeTexts(historyOf(1)).of(1)).toContain('"type":"application/octet-stream"');
});

test.each(['delete', 'expire'] as const)('%s tells the key that is gone', (kind) => {
  const history = historyOf(0);
  history.append(record(1, { kind, key: 'k' }));
  expect(new ChangeTexts(history).of(1)).toBe('event: delete\nid: 1\ndata: {"key":"k","revision":1}\n\n');
});

test('what lost a merge is told by the key of the object, and so is its end', () => {
  const history = historyOf(0);
  const kept = `${conflictsOf('a/b')}1`;
  history.append(record(1, { key: kept, size: 3 }));
  history.append(record(2, { key: `${conflictsOf('a/b')}2`, size: 0, digest: '' }));
  history.append(record(3, { key: kept, kind: 'delete' }));
  const texts = new ChangeTexts(history);
  const told = [1, 2, 3].map((revision) => texts.of(revision).split('\n'));
  expect(told.map(([event, id]) => `${event} ${id}`)).toEqual(
    [1, 2, 3].map((id) => `event: conflict id: ${id}`),
  );
  const [lost, deletion, end] = told.map(([, , data]) => JSON.parse(data!.slice('data: '.length)));
  expect(lost).toMatchObject({ key: 'a/b', revision: 1, size: 3, deleted: false });
  expect(deletion).toMatchObject({ key: 'a/b', revision: 2, size: 0, deleted: true });
  expect(end).toEqual({ key: 'a/b', revision: 3, of: 1, settled: true });
});

test('a text is made once, but not kept for a history that has started over', () => {
  const history = historyOf(600, 1000);
  const texts = new ChangeTexts(history);
  expect(texts.of(5)).toBe(texts.of(5));
  expect(texts.of(5 + 256)).toContain('"k261"');
  expect(texts.of(5)).toContain('"k5"');
  history.restart(4);
  history.append(record(5, { key: 'other' }));
  expect(texts.of(5)).toContain('"other"');
});
