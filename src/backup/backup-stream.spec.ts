import { createHash } from 'node:crypto';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { Problem } from '../http/index.js';
import { type Body, IN_DIRECTORY, type LogRecord, PIECE_BYTES } from '../replication/index.js';
import { Bodies, BodyGone } from '../objects/index.js';
import type { RingService } from '../ring/index.js';
import { BackupStream, type Fetch, type Source, SourceLost } from './backup-stream.js';

const HEAD = { ring: 'r', revision: 1, objects: 1, bytes: 100 };
const FIELDS = { type: 't', meta: { by: 'me' }, digest: 'd', modified: 5, expires: 0 };
const nobody: Fetch = () => Promise.reject(new Error('nothing is to be fetched'));

/** What is on the disk, by revision and index. Nothing of it is to be kept in memory. */
const disk = new Map<string, Uint8Array>();
const bodies = new Bodies({
  unreadable: () => undefined,
  // No other server has anything.
  fetch: () => ({ via: null, piece: () => Promise.resolve({ kind: 'absent' }), end: () => undefined }),
  piece: ({ revision }: { revision: number }, index: number) =>
    Promise.resolve(disk.get(`${revision} ${index}`) ?? null),
} as unknown as RingService);

/** Gives these records, then the end. */
class ListSource implements Source {
  isLost = false;
  revision = 9;
  taken = 0;

  constructor(private readonly records: readonly LogRecord[]) {}

  take(): LogRecord | undefined {
    return this.records[this.taken++];
  }
}

function record(revision: number, kind: LogRecord['kind'], body: Body | null, size = 0): LogRecord {
  return { ...FIELDS, key: `k${revision}`, revision, kind, body, size } as unknown as LogRecord;
}

const small = (revision: number, text: string) => record(revision, 'put', Buffer.from(text), text.length);

/** A put whose body is on the disk only. */
function stored(revision: number, size: number): LogRecord {
  const pieces = Array.from({ length: Math.max(1, Math.ceil(size / PIECE_BYTES)) }, () => null);
  return record(revision, 'put', { size, pieces, stored: { kind: 'records', revision } }, size);
}

async function textOf(source: Source, fetch: Fetch = nobody): Promise<string> {
  let text = '';
  for await (const chunk of new BackupStream(source, HEAD, bodies, fetch).chunks())
    text += Buffer.from(chunk).toString();
  return text;
}

test('a backup is a head, each record with its body, and an end that vouches for all before it', async () => {
  const text = await textOf(new ListSource([small(1, 'a\nb'), record(2, 'expire', null)]));
  const lines = text.split('\n');
  expect(JSON.parse(lines[0]!)).toEqual({ ringlet: 'backup', format: 1, ...HEAD });
  expect(JSON.parse(lines[1]!)).toEqual({ key: 'k1', revision: 1, kind: 'put', size: 3, ...FIELDS });
  expect(lines.slice(2, 4)).toEqual(['a', 'b']);
  expect(JSON.parse(lines[4]!)).toMatchObject({ key: 'k2', kind: 'delete', size: 0 });
  const before = text.slice(0, text.lastIndexOf('{'));
  const sha256 = createHash('sha256').update(before).digest('hex');
  expect(text.slice(before.length)).toBe(
    `${JSON.stringify({ end: true, revision: 9, records: 2, sha256 })}\n`,
  );
});

describe('a record is taken', () => {
  test('not before what was taken has been read', async () => {
    const source = new ListSource(Array.from({ length: 9 }, (_, at) => small(at + 1, 'x'.repeat(40_000))));
    const chunks = new BackupStream(source, HEAD, bodies, nobody).chunks();
    await chunks.next();
    expect(source.taken).toBe(2);
    await chunks.next();
    expect(source.taken).toBe(4);
  });

  test('not from a server that is no member any more', async () => {
    const source = new ListSource([small(1, 'a')]);
    source.isLost = true;
    await expect(textOf(source)).rejects.toThrow(SourceLost);
  });
});

describe('a body', () => {
  test('that is large is given in slices of the pieces that are there', async () => {
    const pieces = [Buffer.alloc(100_000, 'a'), Buffer.alloc(10, 'b')];
    const source = new ListSource([record(1, 'put', { size: 100_010, pieces, stored: null }, 100_010)]);
    const sizes: number[] = [];
    for await (const { length } of new BackupStream(source, HEAD, bodies, nobody).chunks())
      sizes.push(length);
    expect(sizes.slice(1, 4)).toEqual([65_536, 34_464, 10]);
  });

  test('that is not here is fetched, unless there is a newer version by then', async () => {
    const fetched: Record<string, Body | null> = { k1: Buffer.from('one'), k2: null };
    const source = new ListSource([record(1, 'put', null, 3), record(2, 'put', null, 3)]);
    const text = await textOf(source, ({ key }) => Promise.resolve(fetched[key]!));
    expect(text).toContain('\none\n');
    expect(text).not.toContain('"k2"');
    expect(text).toContain('"records":1');
  });
});

const file = (revision: number, body: Body | null, size: number, key = 'file') =>
  ({ ...record(revision, 'put', body, size), key, replicas: IN_DIRECTORY }) as LogRecord;
const noHolder: Fetch = () => Promise.reject(new Problem('read_no_holder'));

describe('A file of a directory', () => {
  test.each([
    ['small, at another server', file(1, null, 5), noHolder],
    [
      'small, here',
      { ...file(1, null, 5), body: stored(1, 5).body },
      (({ body }) => Promise.resolve(body)) as Fetch,
    ],
    ['large', file(1, null, PIECE_BYTES), nobody],
  ])('that cannot be read is left out and counted: %s', async (_, lost, fetch) => {
    const text = await textOf(new ListSource([lost, small(2, 'x')]), fetch);
    expect(JSON.parse(text.trimEnd().split('\n').at(-1)!)).toMatchObject({ records: 1, leftOut: 1 });
  });

  test('is not left out when its next version is there', async () => {
    const next = { ...file(2, Buffer.from('next'), 4) };
    const text = await textOf(new ListSource([file(1, null, 5), next]), noHolder);
    expect(text).toContain('\nnext\n');
    expect(text).not.toContain('leftOut');
  });
});

const same: Fetch = (lost) => Promise.resolve(lost.body);

describe('a body that is on the disk', () => {
  const LARGE = PIECE_BYTES + 10;

  beforeEach(() => disk.clear());

  test('is read from there, small or large', async () => {
    disk.set('1 0', Buffer.from('small'));
    disk.set('2 0', Buffer.alloc(PIECE_BYTES, 'a')).set('2 1', Buffer.alloc(10, 'b'));
    const text = await textOf(new ListSource([stored(1, 5), stored(2, LARGE)]));
    expect(text).toContain('\nsmall\n');
    expect(text).toContain(`\n${'a'.repeat(PIECE_BYTES)}${'b'.repeat(10)}\n`);
    expect(text).toContain('"records":2');
  });

  test('and is gone is left out when there is a newer version, which is met later', async () => {
    const text = await textOf(new ListSource([stored(1, 5), stored(2, LARGE), small(3, 'x')]), () =>
      Promise.resolve(null),
    );
    expect(text).toContain('"records":1');
  });

  test('and cannot be read breaks the backup off', async () => {
    await expect(textOf(new ListSource([stored(1, 5)]), same)).rejects.toThrow(SourceLost);
  });

  test('and is gone in the middle breaks the backup off', async () => {
    disk.set('2 0', Buffer.alloc(PIECE_BYTES, 'a'));
    await expect(textOf(new ListSource([stored(2, LARGE)]))).rejects.toThrow(BodyGone);
  });
});
