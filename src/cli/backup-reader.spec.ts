import { describe, expect, test } from '@jest/globals';

import { BackupFault } from './backup-lines.js';
import { BackupReader } from './backup-reader.js';
import { backupOf, digestOf } from './testing/backups.js';

const RECORDS = [
  { key: 'a', body: 'one\n{}\n' },
  { key: 'ü', body: '' },
  { key: 'a', kind: 'delete' as const },
];
const BACKUP = backupOf(RECORDS);

/** What it is told when the backup comes in chunks of this length. */
function read(backup: Buffer, chunkBytes = backup.length): { told: string[]; reader: BackupReader } {
  const told: string[] = [];
  const reader = new BackupReader(({ key, kind }, { line, lineBytes, size }) => {
    const body = backup.subarray(line + lineBytes, line + lineBytes + size);
    told.push(`${kind} ${key} ${body.toString()}`);
    expect(JSON.parse(backup.subarray(line, line + lineBytes).toString())).toMatchObject({ key, size });
  });
  for (let at = 0; at < backup.length; at += chunkBytes) reader.feed(backup.subarray(at, at + chunkBytes));
  return { told, reader };
}

describe('a whole backup', () => {
  test.each([1, 2, 7, 100, 100_000])('is the same in chunks of %i bytes', (chunkBytes) => {
    const { told, reader } = read(BACKUP, chunkBytes);
    expect(told).toEqual(['put a one\n{}\n', 'put ü ', 'delete a ']);
    expect(reader.end()).toMatchObject({ revision: 3, records: 3 });
    expect([reader.bytes, reader.head!.ring]).toEqual([BACKUP.length, 'r']);
  });

  test('of an empty ring has nothing in it', () => {
    expect(read(backupOf([])).reader.end()).toMatchObject({ records: 0 });
  });
});

describe('what is no whole backup', () => {
  test('because it ends too early shows wherever it ends', () => {
    for (let length = 0; length < BACKUP.length; length++) {
      expect(() => read(BACKUP.subarray(0, length)).reader.end()).toThrow('is cut off before its end');
    }
  });

  test('because one bit is another shows wherever that is', () => {
    for (let at = 0; at < BACKUP.length; at++) {
      const flipped = Buffer.from(BACKUP);
      flipped[at]! ^= 1;
      expect(() => {
        const reader = new BackupReader();
        reader.feed(flipped);
        reader.end();
      }).toThrow(BackupFault);
    }
  });

  test.each([
    ['goes on', Buffer.concat([BACKUP, Buffer.from('\n')]), 'goes on after its end'],
    ['is something else', Buffer.from('{"a":1}\n'), 'is no backup of a ring'],
    ['is no text', Buffer.alloc(300_000), 'is no backup of a ring'],
    ['is newer', backupOf([], { format: 2 }), 'is of format 2, which takes a newer ringlet'],
    [
      'has another body',
      backupOf([{ key: 'a', body: 'x', digest: digestOf('y') }]),
      'the body of "a" is not what was stored',
    ],
    ['lacks a record', backupOf(RECORDS, { count: 4 }), 'is damaged'],
  ])('because it %s', (_, backup, message) => {
    expect(() => read(backup).reader.end()).toThrow(message);
  });
});
