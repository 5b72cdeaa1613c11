import { expect, test } from '@jest/globals';

import type { FarObject } from '../objects/index.js';
import type { LogRecord } from '../replication/index.js';
import { digestOf, fillParts, type Moment, resolve, resolveParts } from './resolved.js';

const BASE = { kind: 'put', of: 0, type: '', modified: 0, digest: 'd', holders: [], body: null };
const record = (fields: Partial<LogRecord>) => ({ ...BASE, ...fields }) as LogRecord;

const NEVER = () => Promise.resolve(null);
const LIST = { etag: '"9-list"', modified: 0 };
const BUNDLE = { parts: ['a', 'b'].map((key) => ({ key, quantity: 2, as: key })) };
const ALL = {
  a: record({ revision: 1, size: 10 }),
  b: record({ revision: 2, size: 20, holders: ['y', 'z'] }),
};

function at(
  records: Readonly<Record<string, LogRecord>>,
  { revision = 12, ...moment }: Partial<Moment> = {},
  far: Readonly<Record<string, FarObject>> = {},
) {
  const committed = (key: string) => records[key];
  const parts = resolveParts(BUNDLE, { revision, committed, members: ['x', 'y'], full: ['x'], ...moment });
  return resolve('n', LIST, revision, fillParts(parts, new Map(Object.entries(far))));
}

test('what no holder is named of is where everything is, and of holders those count who are there', () => {
  const { parts, ...bundle } = at(ALL);
  expect(bundle).toEqual({
    name: 'n',
    revision: 12,
    etag: '"9-list"',
    modified: '1970-01-01T00:00:00.000Z',
    size: 30,
    missing: 0,
  });
  expect(parts).toMatchObject([
    { size: 10, etag: '"1-d"', revision: 1, type: 'application/octet-stream', holders: ['x'] },
    { holders: ['y'] },
  ]);
});

test('a part whose holders have gone is missing, unless its body is here', () => {
  expect(at(ALL, { members: ['x'] })).toMatchObject({ missing: 1, size: 10 });
  expect(at(ALL, { members: ['x'] }).parts[1]).toMatchObject({ size: 20, holders: [], missing: true });
  const here = { ...ALL, b: record({ revision: 2, size: 20, holders: ['z'], body: new Uint8Array(20) }) };
  expect(at(here).parts[1]).toMatchObject({ holders: [], missing: false });
});

test('what was deleted is missing', () => {
  const deleted = { ...ALL, a: record({ revision: 3, kind: 'delete' }) };
  expect(at(deleted).parts[0]).toMatchObject({ size: null, etag: null, missing: true });
});

test('what is missing here is of the island that has it, and what is here is not', () => {
  const told = { size: 5, type: 't', etag: '"7-far"', holders: ['s'], island: 'south' };
  const far = { ...told, lastModified: 1000, open: NEVER };
  const own = { ...ALL, b: record({ revision: 2, size: 20, holders: ['z'] }) };
  const bundle = at(own, {}, { a: far, b: far });
  expect(bundle).toMatchObject({ missing: 0, size: 15 });
  expect(bundle.parts[0]).toMatchObject({ etag: '"1-d"', island: null });
  const given = { key: 'b', as: 'b', quantity: 2, missing: false };
  const modified = '1970-01-01T00:00:01.000Z';
  expect(bundle.parts[1]).toEqual({ ...given, ...told, revision: null, modified });
  const changed = at(own, {}, { b: { ...far, etag: '"8-far"' } });
  expect(digestOf(changed)).not.toBe(digestOf(bundle));
});

test('the digest changes with the list, each version and what is missing, and with nothing else', () => {
  const first = digestOf(at(ALL));
  expect(digestOf(at(ALL, { revision: 13, full: ['x', 'y'] }))).toBe(first);
  expect(digestOf(at({ ...ALL, a: record({ revision: 5, of: 1, size: 10 }) }))).toBe(first);
  const told = at(ALL);
  const later = told.parts.map((part) => ({ ...part, modified: '2026-01-01T00:00:00.000Z' }));
  expect(digestOf({ ...told, parts: later })).not.toBe(first);
  const others = [
    at({ ...ALL, a: record({ revision: 5, size: 10 }) }),
    at({ ...ALL, a: ALL.b, b: ALL.a }),
    at(ALL, { members: ['x'] }),
    at({ a: ALL.a }),
    { ...at(ALL), etag: '"10-list"' },
  ];
  expect(new Set([first, ...others.slice(0, 3).map(digestOf), digestOf(others[4]!)]).size).toBe(5);
  // Whether there is none or nobody has it, the archive is the same.
  expect(digestOf(others[3]!)).toBe(digestOf(others[2]!));
});
