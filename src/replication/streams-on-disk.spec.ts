import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Blob } from './blob.js';
import { Downstream } from './downstream.js';
import { Memory } from './memory.js';
import type { Saves } from './interface.js';
import type { BodyPlace, OnDisk } from './saved.js';
import { Streams } from './streams.js';
import { bytes, EMPTY_DISK, record, server, Station, viewOf } from './testing/fixtures.js';

const view = viewOf([1, 2, 3]);
const mark = () => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }) as const;
/** Of server 1, passed on by server 2 to server 3. */
const ABOUT = { view: view.id, source: 1, blob: 4 } as const;
const PART: OnDisk = { kind: 'part', part: { source: 1, number: 4 } };
const TEXTS = ['one', 'two', 'three'];
const DIGEST = '0123456789abcdef';

/** A member with a disk that is as slow as the test says. */
class Member extends Station {
  readonly bodies: Streams;
  readonly grown: Blob[] = [];
  private handed: number[] = [];

  constructor(self: number) {
    super(self, view, {
      saved: EMPTY_DISK,
      diskRoom: () => 1_000_000,
      windowPieces: 16,
      createDigest: () => ({ update: () => undefined, finish: () => DIGEST }),
    });
    const downstream = new Downstream(this.state, this.links);
    this.connect(server(self + 1));
    downstream.open();
    const memory = new Memory(this.state, () => this.bodies.reservedBytes);
    this.bodies = new Streams(this.state, this.links, downstream, memory, {
      progressed: () => undefined,
      saved: (blob) => this.grown.push(blob),
      refused: () => undefined,
      moving: () => undefined,
      fetched: () => undefined,
      arrived: () => undefined,
      failed: () => undefined,
    });
  }

  /** What goes out now, and where its bytes are, if they are on the disk only. */
  out(): { message: object; stored: BodyPlace | null }[] {
    this.bodies.flush();
    this.journal.flush(mark, true);
    const ready = this.effects.take();
    if (ready?.saves) this.handed.push(ready.saves.sequence);
    this.lastSaves = ready?.saves ?? null;
    return (ready?.messages ?? []).map(({ message, stored }) => ({ message, stored: stored ?? null }));
  }

  lastSaves: Saves | null = null;

  save(): void {
    for (const sequence of this.handed.splice(0)) this.journal.saved(sequence);
  }
}

let member: Member;

function open(): void {
  member.bodies.opened(9, {
    kind: 'blob-open',
    ...ABOUT,
    end: 3,
    size: 11,
    key: '',
    revision: 0,
    span: null,
  });
  member.bodies.progress({ kind: 'blob-progress', ...ABOUT, held: 100 });
  member.out();
}

function arrive(...indexes: number[]): void {
  for (const index of indexes)
    member.bodies.piece({
      kind: 'blob-piece',
      ...ABOUT,
      index,
      bytes: bytes(TEXTS[index] ?? ''),
      digest: index === TEXTS.length ? DIGEST : '',
    });
}

beforeEach(() => {
  member = new Member(2);
});

describe('A piece that comes in', () => {
  it('goes to the disk, in its order', () => {
    open();
    arrive(0, 1);
    member.out();
    const { part } = PART as Extract<OnDisk, { kind: 'part' }>;
    expect(member.lastSaves!.changes).toEqual(
      [0, 1].map((index) => ({ kind: 'piece', part, index, bytes: bytes(TEXTS[index]!) })),
    );
  });

  it('is passed on before it is there', () => {
    open();
    member.bodies.wanted({ kind: 'blob-want', ...ABOUT, held: 0 });
    arrive(0);
    expect(member.out()).toMatchObject([{ message: { index: 0, bytes: bytes('one') }, stored: null }]);
  });

  it('is told to be here once it is there', () => {
    open();
    arrive(0, 1);
    expect(member.out()).toEqual([]);
    member.save();
    expect(member.out()).toMatchObject([{ message: { kind: 'blob-progress', held: 2 } }]);
    // The digest is not on the disk by itself: it counts when all before it is.
    arrive(2, 3);
    expect(member.out()).toEqual([]);
    member.save();
    expect(member.out()).toMatchObject([{ message: { kind: 'blob-progress', held: 4 } }]);
  });

  it('leaves memory then, and is sent from the disk to who comes later', () => {
    open();
    arrive(0, 1);
    member.out();
    member.save();
    member.out();
    arrive(2);
    member.bodies.wanted({ kind: 'blob-want', ...ABOUT, held: 0 });
    const sent = member.out();
    expect(sent.map(({ stored }) => stored)).toEqual([PART, PART, null]);
    expect(sent).toMatchObject([
      { message: { index: 0, bytes: bytes('') } },
      { message: { index: 1, bytes: bytes('') } },
      { message: { index: 2, bytes: bytes('three') } },
    ]);
  });

  it('is what its record takes over, in memory or not', () => {
    open();
    arrive(0, 1, 2, 3);
    member.out();
    member.save();
    const body = member.bodies.attach(record(1, { origin: 1, blob: 4 }))!;
    expect(body).toEqual({ size: 11, pieces: [null, null, null], stored: PART });
    member.bodies.release(record(1, { origin: 1, blob: 4 }));
    member.out();
    expect(member.lastSaves!.changes).toEqual([{ kind: 'discard', part: { source: 1, number: 4 } }]);
  });
});

it('What is here already is sent from where it is', () => {
  const stored = { kind: 'records', revision: 7 } as const;
  const body = { size: 6, pieces: [bytes('one'), null], stored };
  member.bodies.serve(1, record(7, { body, size: 6, digest: DIGEST }), null);
  const [opened] = member.out();
  const { blob } = opened!.message as { blob: number };
  member.bodies.wanted({ kind: 'blob-want', view: view.id, source: 2, blob, held: 0 });
  const sent = member.out();
  expect(sent.map((each) => each.stored)).toEqual([null, stored, null]);
  expect(sent.at(-1)).toMatchObject({ message: { digest: DIGEST } });
});

it('A source has for good what is on its disk', () => {
  const source = new Member(1);
  const blob = source.bodies.create(-1);
  source.bodies.extend(blob, bytes('one'));
  source.bodies.extend(blob, bytes('two'));
  source.out();
  expect([blob.held, blob.safe, source.grown]).toEqual([2, 0, []]);
  source.save();
  expect([blob.held, blob.safe, source.grown.length]).toEqual([2, 2, 2]);
  expect(blob.pieces).toEqual([null, null]);
  blob.close();
  expect([blob.held, blob.safe]).toEqual([3, 3]);
});
