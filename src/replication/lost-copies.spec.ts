import { describe, expect, it } from '@jest/globals';
import type { Operation } from './record.js';
import { durableRing, type Bench } from './testing/bench.js';
import { bytes, put as putAlike, TestDigest } from './testing/fixtures.js';

const TEXT = 'a text that others do not have';
const KEYS = ['k', 'l'] as const;
/** With room for two bodies that need not be here, and so little for objects that none stays in memory. */
const MEMORY_BYTES = 2 * 8 * TEXT.length;
const LEAVE = 999;

/** Who gets a body from another member verifies it. */
function put(key: string): Operation {
  const digest = new TestDigest();
  digest.update(bytes(TEXT));
  return { ...putAlike(key, TEXT), digest: digest.finish(), replicas: 1 };
}

/** c has lost what only it was to keep, and a, which has read that, comes back; nobody has heard yet what c asks for. */
function ringWithLost(): Bench {
  const bench = durableRing(3, { memoryLimitBytes: MEMORY_BYTES });
  for (const key of KEYS) bench.write('c', put(key));
  bench.run(500);
  readAll(bench, 'a');
  bench.kill('a');
  bench.run(2000);
  for (const revision of [1, 2]) {
    bench.disks.get('c')!.rotten.add(revision);
    bench.step('c', { kind: 'unreadable', stored: { kind: 'records', revision } });
  }
  bench.run(500);
  expect(bench.status('c')).toMatchObject({ full: true, lacking: 2 });
  const { id } = bench.status('c').self;
  bench.loses = ({ message }) => message.kind === 'lookup' && message.asker === id;
  bench.restart('a');
  bench.run(900);
  return bench;
}

/** It is heard. */
function hear(bench: Bench): void {
  bench.loses = () => false;
  bench.run(3000);
}

function readAll(bench: Bench, name: string): unknown[] {
  const tickets = KEYS.map((key) => bench.read(name, key));
  bench.run(500);
  return tickets.map((ticket) => bench.outcome(ticket)?.kind);
}

describe('What its only holder has lost', () => {
  it('stays with a server that comes back with it, until it was asked for', () => {
    const bench = ringWithLost();
    bench.write('b', put('m'));
    bench.run(500);
    const ticket = bench.read('a', 'm');
    bench.run(500);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'object' });
    hear(bench);
    expect(readAll(bench, 'b')).toEqual(['object', 'object']);
  });

  it('keeps a server from leaving that comes back with it, until it was asked for', () => {
    const bench = ringWithLost();
    bench.step('a', { kind: 'leave', ticket: LEAVE });
    bench.run(900);
    expect(bench.outcome(LEAVE)).toBeUndefined();
    hear(bench);
    expect(bench.outcome(LEAVE)).toEqual({ kind: 'left' });
    expect(readAll(bench, 'b')).toEqual(['object', 'object']);
  });
});
