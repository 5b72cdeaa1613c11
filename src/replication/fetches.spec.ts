import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Outcome } from './interface.js';
import type { BlobPiece, Lookup } from './messages.js';
import type { OnDisk } from './saved.js';
import { durableRing, ring, type Bench } from './testing/bench.js';
import { put, remove } from './testing/fixtures.js';

const TEXTS = Array.from({ length: 20 }, (_, index) => `piece ${index}, `);
/** A window of one piece for each reader. */
const OPTIONS = { inlineBodyBytes: 4, windowPieces: 4 };
/** An eighth of it is less than the body. */
const TIGHT_BYTES = 1200;
/** An eighth of it is as much as one body, and less than two. */
const ROOMY_BYTES = 2000;
const MOST_READERS = 4;
const TIMEOUT_MS = 5000;
const STANDSTILL_MS = 10_000;
const BOTH_AND_A_READER = 3;

let bench: Bench;
let versions: Record<string, number> = {};

/** A reader at a server, that takes piece after piece. */
class Reader {
  private static count = 0;
  private readonly fetch = ++Reader.count;
  private ticket = 0;
  text = '';

  constructor(
    private readonly name: string,
    private index = 0,
    private readonly to = TEXTS.length,
    private readonly key = 'k',
  ) {}

  /** What came of the piece that it asked for last; undefined while it waits. */
  get outcome(): Outcome | undefined {
    return bench.outcome(this.ticket);
  }

  ask(): this {
    this.ticket = bench.fetch(this.name, this.fetch, this.key, versions[this.key]!, this.index, this.to);
    bench.settle();
    return this.take();
  }

  /** Takes what has come of the last question. */
  take(): this {
    const { outcome } = this;
    if (outcome?.kind !== 'piece') return this;
    this.text += new TextDecoder().decode(outcome.bytes ?? this.read(outcome));
    this.index++;
    return this;
  }

  readTo(end: number): this {
    while (this.index < end) {
      const { index } = this;
      this.ask();
      if (this.index === index) throw new Error(`no piece ${index}: ${JSON.stringify(this.outcome)}`);
    }
    return this;
  }

  end(): void {
    bench.step(this.name, { kind: 'fetch-end', fetch: this.fetch });
    bench.settle();
  }

  private read({ places }: Extract<Outcome, { kind: 'piece' }>): Uint8Array {
    const disk = bench.disks.get(this.name)!;
    return places.map((place) => disk.piece(place as OnDisk, this.index)).find((bytes) => bytes !== null)!;
  }
}

/** So many servers keep the body, the first of them `name`. */
function store(name: string, replicas: number, key = 'k'): void {
  const ticket = bench.upload(name, TEXTS);
  bench.settle();
  bench.finish(ticket, { ...put(key, ''), body: null, size: 0, digest: '', replicas });
  bench.run(200);
  const outcome = bench.outcome(ticket)!;
  if (outcome.kind !== 'done') throw new Error(`not stored: ${JSON.stringify(outcome)}`);
  versions = { ...versions, [key]: outcome.record.revision };
  bench.delivered.length = 0;
}

const has = (name: string): boolean => bench.replicas.get(name)!.committed('k')!.body !== null;
const passing = (name: string): number => bench.status(name).passing;
const textOf = (from: number, to: number): string => TEXTS.slice(from, to).join('');

function lookups(): Lookup[] {
  return bench.delivered.map(({ message }) => message).filter(({ kind }) => kind === 'lookup') as Lookup[];
}

/** Pieces that have come to a server, their digest not counted. */
function piecesAt(name: string): number {
  return bench.delivered.filter(({ to, message }) => to === name && (message as BlobPiece).digest === '')
    .length;
}

describe('A large body that may not stay', () => {
  beforeEach(() => {
    bench = ring(3, { ...OPTIONS, memoryLimitBytes: TIGHT_BYTES });
    store('a', 1);
  });

  it('is told to be there, and comes as it is taken', () => {
    const ticket = bench.read('c', 'k');
    bench.settle();
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'object', record: { body: null }, via: null });
    const reader = new Reader('c').ask();
    expect(reader.outcome).toMatchObject({ kind: 'piece', via: bench.status('a').self.id });
    expect(piecesAt('c')).toBe(1);
    reader.ask();
    expect([reader.text, piecesAt('c')]).toEqual([textOf(0, 2), 2]);
    reader.readTo(TEXTS.length).end();
    expect(reader.text).toBe(textOf(0, TEXTS.length));
    expect([has('b'), has('c'), lookups().length, piecesAt('c')]).toEqual([false, false, 1, TEXTS.length]);
    // Who is between them hears nothing of the end.
    bench.run(STANDSTILL_MS + 100);
    expect(['a', 'b', 'c'].map(passing)).toEqual([0, 0, 0]);
  });

  it('comes from the first piece that is wanted to the last', () => {
    const reader = new Reader('b', 3, 5).readTo(5);
    reader.end();
    expect([reader.text, piecesAt('b')]).toEqual([textOf(3, 5), 2]);
    expect(['a', 'b', 'c'].map(passing)).toEqual([0, 0, 0]);
  });

  it('is given up by its source with its reader', () => {
    const reader = new Reader('b').readTo(3);
    expect(passing('a')).toBe(1);
    reader.end();
    expect(['a', 'b'].map(passing)).toEqual([0, 0]);
  });

  it('is given up when it is not taken, and comes again when it is', () => {
    const reader = new Reader('c').readTo(3);
    bench.run(STANDSTILL_MS + 100);
    expect(['a', 'b', 'c'].map(passing)).toEqual([0, 0, 1]);
    expect(reader.readTo(TEXTS.length).text).toBe(textOf(0, TEXTS.length));
    expect(lookups().at(-1)).toMatchObject({ span: { from: 3 } });
  });

  it('is asked for again when the question or its answer got lost', () => {
    bench.loses = ({ message }) => message.kind === 'lookup';
    const reader = new Reader('b').ask();
    expect(reader.outcome).toBeUndefined();
    bench.loses = () => false;
    bench.run(1100);
    expect(reader.take().text).toBe(textOf(0, 1));
  });

  it('goes to so many readers at once; the next one waits for a place, but not for long', () => {
    const readers = Array.from({ length: MOST_READERS }, () => new Reader('b').ask());
    const [late, later] = [new Reader('b').ask(), new Reader('b').ask()];
    expect([late.outcome, later.outcome]).toEqual([undefined, undefined]);
    readers[0]!.end();
    bench.run(100);
    expect(late.take().text).toBe(textOf(0, 1));
    for (let turn = 0; turn < TIMEOUT_MS / 1000; turn++) {
      for (const reader of [...readers.slice(1), late]) reader.ask();
      bench.run(1000);
    }
    expect(later.outcome).toEqual({ kind: 'unavailable', reason: 'overloaded' });
    later.end();
    for (const reader of [...readers, late]) reader.end();
    expect(passing('b')).toBe(0);
  });

  it('has no place for long for a reader that takes nothing, when another waits; it goes on where it was', () => {
    const idle = new Reader('b').ask();
    const others = Array.from({ length: MOST_READERS - 1 }, () => new Reader('b').ask());
    bench.run(1000);
    for (const reader of others) reader.ask();
    const late = new Reader('b').ask();
    bench.run(1900);
    expect(late.outcome).toBeUndefined();
    bench.run(300);
    expect(late.take().text).toBe(textOf(0, 1));
    for (const reader of [late, ...others]) expect(reader.readTo(3).text).toBe(textOf(0, 3));
    late.end();
    expect(idle.readTo(TEXTS.length).text).toBe(textOf(0, TEXTS.length));
  });

  it('is gone with its version', () => {
    bench.write('b', remove('k'));
    bench.run(100);
    expect(new Reader('b').ask().outcome).toEqual({ kind: 'absent' });
  });

  it('comes to its end where it began to come before its version was gone', () => {
    const reader = new Reader('b').readTo(3);
    bench.write('c', remove('k'));
    bench.run(100);
    expect(reader.readTo(TEXTS.length).text).toBe(textOf(0, TEXTS.length));
  });

  it('has no holder any more: who begins is told at once, who is in the middle waits for one', () => {
    const reader = new Reader('b').readTo(3);
    bench.kill('a');
    bench.run(3000);
    expect(new Reader('b').ask().outcome).toEqual({ kind: 'unavailable', reason: 'no-holder' });
    reader.ask().ask();
    expect(reader.outcome).toBeUndefined();
    bench.run(TIMEOUT_MS + 100);
    expect(reader.outcome).toEqual({ kind: 'unavailable', reason: 'timeout' });
  });

  it('is not fetched by a server that is no member', () => {
    bench.step('b', { kind: 'leave', ticket: 99 });
    bench.run(500);
    expect(new Reader('b').ask().outcome).toEqual({ kind: 'unavailable', reason: 'not-a-member' });
  });
});

describe('A reader in the middle', () => {
  beforeEach(() => {
    bench = ring(4, { ...OPTIONS, memoryLimitBytes: TIGHT_BYTES });
    store('a', 2);
  });

  it.each(['a', 'b', 'c'])('goes on after the death of %s, from where it is', (name) => {
    const [reader] = [new Reader('d').readTo(4)];
    const holders = bench.replicas.get('d')!.committed('k')!.holders;
    expect(holders).not.toContain('d');
    bench.kill(name);
    bench.run(3000);
    bench.delivered.length = 0;
    expect(reader!.readTo(TEXTS.length).text).toBe(textOf(0, TEXTS.length));
    for (const { span } of lookups()) expect(span!.from).toBeGreaterThanOrEqual(4);
    reader!.end();
    expect(passing('d')).toBe(0);
  });
});

describe.each([
  ['in memory', ring],
  ['on disks', durableRing],
])('A large body that may stay, %s', (_, start) => {
  beforeEach(() => {
    bench = start(3, OPTIONS);
    store('a', 1);
  });

  it('is asked for once, and stays for all readers', () => {
    const [first, second] = [new Reader('c').ask(), new Reader('c').ask()];
    for (const reader of [first, second])
      expect(reader.readTo(TEXTS.length).text).toBe(textOf(0, TEXTS.length));
    expect(lookups()).toMatchObject([{ asker: bench.status('c').self.id, span: null }]);
    expect(has('c')).toBe(true);
    first.end();
    second.end();
    bench.run(100);
    expect(['a', 'b', 'c'].map(passing)).toEqual([0, 0, 0]);
  });

  it('is read as it comes in, also past a change of the view', () => {
    let pieces = 0;
    bench.loses = ({ to, message }) => to === 'b' && message.kind === 'blob-piece' && ++pieces > 5;
    const reader = new Reader('b').readTo(3);
    expect([has('b'), piecesAt('b')]).toEqual([false, 5]);
    bench.kill('c');
    bench.loses = () => false;
    bench.run(3000);
    expect(reader.readTo(TEXTS.length).text).toBe(textOf(0, TEXTS.length));
    expect(has('b')).toBe(true);
  });
});

describe('A large body that may stay and has to wait for others on the way', () => {
  beforeEach(() => {
    bench = ring(3, OPTIONS);
    store('a', 1);
    bench.loses = ({ message }) => message.kind === 'blob-piece';
  });

  it('is not asked for again once it is announced, but for what stands still', () => {
    new Reader('c').ask();
    bench.run(STANDSTILL_MS);
    expect(lookups()).toHaveLength(1);
    bench.run(1000);
    new Reader('c').ask();
    expect(lookups()).toHaveLength(2);
  });

  it('does not make way for one that passes to another server', () => {
    new Reader('b').ask();
    new Reader('c').ask();
    expect(passing('b')).toBe(BOTH_AND_A_READER);
  });

  it('does not cut off one that passes to another server', () => {
    new Reader('c').ask();
    bench.run(1500);
    new Reader('b').ask();
    expect(passing('b')).toBe(BOTH_AND_A_READER);
  });

  it('is sent no further ahead than to a reader, so that many come at once', () => {
    bench.loses = ({ message }) => message.kind === 'blob-progress';
    new Reader('c').ask();
    expect(piecesAt('c')).toBe(1);
  });
});

it('What may stay does so only beside what comes in to stay', () => {
  bench = ring(3, { ...OPTIONS, memoryLimitBytes: ROOMY_BYTES });
  store('a', 1, 'other');
  const other = new Reader('b', 0, TEXTS.length, 'other');
  bench.loses = ({ message }) => message.kind === 'blob-piece' && message.index > 1;
  other.ask();
  bench.loses = () => false;
  store('a', 1);
  const reader = new Reader('b').readTo(TEXTS.length);
  expect([reader.text, has('b')]).toEqual([textOf(0, TEXTS.length), false]);
});
