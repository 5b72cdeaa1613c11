import { beforeEach, expect, test } from '@jest/globals';

import { type Content, Bodies, type ObjectsService } from '../objects/index.js';
import type { Body, LogRecord, Outcome } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import { PartBodies, PartGone } from './part-bodies.js';

/** What is committed here, what others answer, and what is on the disk. */
let present: LogRecord | undefined;
let elsewhere: Outcome;
let disk: Uint8Array | null;
let bodies: PartBodies;

function record(revision: number, body: Body | null, more: Partial<LogRecord> = {}): LogRecord {
  return { kind: 'put', key: 'k', revision, of: 0, size: 3, body, ...more } as unknown as LogRecord;
}

const onDisk = (revision: number) =>
  record(revision, { size: 3, pieces: [null], stored: { kind: 'records', revision } });

async function textOf(content: Promise<Content>): Promise<string> {
  let text = '';
  for await (const chunk of await content) text += Buffer.from(chunk).toString();
  return text;
}

beforeEach(() => {
  disk = null;
  elsewhere = { kind: 'absent' };
  const objects = { stale: () => present, get: () => Promise.resolve(elsewhere) };
  const ring = { piece: () => Promise.resolve(disk), warm: () => undefined, unreadable: () => undefined };
  bodies = new PartBodies(objects as unknown as ObjectsService, new Bodies(ring as unknown as RingService));
});

test('a body is read from memory, whole or in pieces, from the disk, or from elsewhere', async () => {
  present = record(1, Buffer.from('one'));
  expect(await textOf(bodies.open('k', 1))).toBe('one');
  present = record(1, { size: 3, pieces: [Buffer.from('tw'), Buffer.from('o')], stored: null });
  expect(await textOf(bodies.open('k', 1))).toBe('two');
  present = onDisk(1);
  disk = Buffer.from('dsk');
  expect(await textOf(bodies.open('k', 1))).toBe('dsk');
  present = record(1, null);
  elsewhere = { kind: 'object', record: record(1, Buffer.from('far')), via: 5 };
  expect(await textOf(bodies.open('k', 1))).toBe('far');
});

test('a version that was placed anew is still the same', async () => {
  present = record(9, Buffer.from('one'), { of: 1 });
  expect(await textOf(bodies.open('k', 1))).toBe('one');
});

test('another version, here or elsewhere, is none of this one', async () => {
  present = record(2, Buffer.from('new'));
  await expect(bodies.open('k', 1)).rejects.toThrow(PartGone);
  present = record(1, null);
  elsewhere = { kind: 'object', record: record(2, Buffer.from('new')), via: 5 };
  await expect(bodies.open('k', 1)).rejects.toThrow('"k" was written again, or deleted');
});

test('what was deleted is gone', async () => {
  present = undefined;
  await expect(bodies.open('k', 1)).rejects.toThrow(PartGone);
  present = record(1, null);
  await expect(bodies.open('k', 1)).rejects.toThrow(PartGone);
});

test('what nobody has, or the disk does not give, is told as to any reader', async () => {
  present = record(1, null);
  elsewhere = { kind: 'unavailable', reason: 'no-holder' };
  await expect(bodies.open('k', 1)).rejects.toMatchObject({ code: 'read_no_holder' });
  present = onDisk(1);
  await expect(bodies.open('k', 1)).rejects.toMatchObject({ code: 'read_no_holder' });
});
