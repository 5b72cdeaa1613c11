import { expect, test } from '@jest/globals';

import type { LogRecord } from '../replication/index.js';
import { ObjectHeads } from './object-head.js';

const record = {
  revision: 7,
  digest: 'd',
  modified: Date.UTC(2020, 0, 2, 3, 4, 5, 678),
  type: '',
  meta: { a: 'b' },
  size: 3,
  holders: [],
} as unknown as LogRecord;
const LABELS = ['Ringlet-Server', 'x'];

test('an object has its headers', () => {
  expect(new ObjectHeads().of(record, LABELS).whole).toEqual([
    ...LABELS,
    'ETag',
    '"7-d"',
    'Last-Modified',
    'Thu, 02 Jan 2020 03:04:05 GMT',
    'Cache-Control',
    'no-cache',
    'Accept-Ranges',
    'bytes',
    'Content-Type',
    'application/octet-stream',
    'Object-Meta-a',
    'b',
    'Content-Length',
    '3',
  ]);
});

test('they are made once, until the labels change', () => {
  const heads = new ObjectHeads();
  const head = heads.of(record, LABELS);
  expect(heads.of(record, LABELS)).toBe(head);
  const other = ['Ringlet-Server', 'y'];
  expect(heads.of(record, other).whole.slice(0, 2)).toEqual(other);
});

test('an object is never of the future', () => {
  const { lastModified } = new ObjectHeads().of({ ...record, modified: Date.now() + 60_000 }, LABELS);
  expect(lastModified).toBeLessThanOrEqual(Date.now());
});

test('an object that some keep only has their names', () => {
  const some = { ...record, replicas: 2, holders: ['a', 'b'] };
  const { whole } = new ObjectHeads().of(some, LABELS);
  expect(whole.join('|')).toContain('Ringlet-Replicas|2|Ringlet-Holders|a, b');
});
