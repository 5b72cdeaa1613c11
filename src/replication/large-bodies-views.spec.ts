import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Operation } from './record.js';
import { ring, type Bench } from './testing/bench.js';
import { put } from './testing/fixtures.js';

const TEXTS = ['one ', 'two ', 'three'];
const WHOLE = 'one two three';
const LARGE: Operation = { ...put('k', ''), body: null, size: 0, digest: '' };

let bench: Bench;

beforeEach(() => {
  bench = ring(3);
});

/** All of it has been given; the write that names it gets lost, if it leaves at all. */
function uploadedWithoutSubmit(): number {
  const ticket = bench.upload('b', TEXTS);
  bench.settle();
  bench.loses = ({ message }) => message.kind === 'submit';
  bench.finish(ticket, LARGE);
  bench.settle();
  return ticket;
}

function hold(to: string): void {
  bench.loses = (frame) => frame.to === to && frame.message.kind === 'blob-piece';
}

describe('A large body over a change of the view', () => {
  it('is not taken to be everywhere because those behind a newcomer have it', () => {
    const ticket = uploadedWithoutSubmit();
    hold('d');
    bench.add('d', 5, ['a']);
    bench.run(1000);
    expect(bench.members('b')).toEqual(['a', 'b', 'c', 'd']);
    expect(bench.outcome(ticket)).toBeUndefined();
    expect(bench.status('a').objects).toBe(0);
  });

  it('is sent once it is everywhere', () => {
    const ticket = uploadedWithoutSubmit();
    bench.loses = () => false;
    bench.add('d', 5, ['a']);
    bench.run(1000);
    expect(bench.outcome(ticket)?.kind).toBe('done');
    expect(bench.texts('k')).toEqual([WHOLE, WHOLE, WHOLE, WHOLE]);
  });

  it('is dropped by those who never heard in the view before that it was given up', () => {
    const ticket = bench.upload('b', TEXTS);
    bench.settle();
    bench.loses = ({ message }) => message.kind === 'blob-live';
    bench.abort(ticket);
    bench.settle();
    expect(bench.status('c').pinned).toBe(1);
    bench.loses = () => false;
    bench.add('d', 5, ['a']);
    bench.run(1000);
    expect(['a', 'b', 'c', 'd'].map((name) => bench.status(name).pinned)).toEqual([0, 0, 0, 0]);
  });

  it('keeps no other write back when a newcomer cannot take it', () => {
    const ticket = uploadedWithoutSubmit();
    hold('d');
    bench.add('d', 5, ['a']);
    bench.run(500);
    const { view, self } = bench.status('b');
    const refusal = {
      kind: 'blob-refused',
      view: view!.id,
      source: self.id,
      blob: 1,
      reason: 'full',
    } as const;
    bench.step('b', { kind: 'frames', link: bench.linkInto('a', 'b'), messages: [refusal] });
    const next = bench.write('b', put('k', 'small'));
    bench.settle();
    expect(bench.outcome(ticket)).toEqual({ kind: 'unknown' });
    expect(bench.outcome(next)).toMatchObject({ kind: 'done', record: { replaced: false } });
    expect(bench.status('c').pinned).toBe(0);
  });

  it('keeps other writes back no longer than its own time', () => {
    const ticket = uploadedWithoutSubmit();
    hold('d');
    bench.add('d', 5, ['a']);
    bench.run(4000);
    const next = bench.write('b', put('other', 'small'));
    bench.settle();
    expect([bench.outcome(ticket), bench.outcome(next)]).toEqual([undefined, undefined]);
    bench.run(1500);
    expect(bench.outcome(ticket)).toEqual({ kind: 'unknown' });
    expect(bench.outcome(next)?.kind).toBe('done');
    expect(bench.text('c', 'k')).toBe('absent');
    expect(bench.status('c').pinned).toBe(0);
  });

  it('is taken by a newcomer that has the room, which the others have set aside for it', () => {
    bench = ring(3, { memoryLimitBytes: 2000 });
    const ticket = bench.upload('c', ['x'.repeat(400), 'y'.repeat(800)], 1200);
    bench.settle();
    bench.add('d', 9, ['a']);
    bench.run(2000);
    expect(bench.members('c')).toEqual(['a', 'b', 'd', 'c']);
    bench.finish(ticket, LARGE);
    bench.settle();
    expect(bench.outcome(ticket)?.kind).toBe('done');
  });

  it('is done, and nobody is answered, when the client goes after its write has left', () => {
    const ticket = uploadedWithoutSubmit();
    bench.abort(ticket);
    bench.loses = () => false;
    bench.add('d', 5, ['a']);
    bench.run(1000);
    expect(bench.outcome(ticket)).toBeUndefined();
    expect(bench.text('c', 'k')).toBe(WHOLE);
  });
});

describe('The last one that has a large body', () => {
  it.each([
    ['waits for a newcomer that is about to get it', 10_000, 'member'],
    ['goes after six times the time of a request all the same', 60_000, 'left'],
  ])('%s', (_, ms, phase) => {
    bench = ring(1);
    const ticket = bench.upload('a', TEXTS, WHOLE.length);
    bench.settle();
    bench.finish(ticket, LARGE);
    bench.settle();
    hold('b');
    bench.add('b', 1, ['a']);
    bench.run(2000);
    expect(bench.status('b').full).toBe(false);
    bench.step('a', { kind: 'leave', ticket: 999 });
    bench.run(ms);
    expect(bench.status('a').phase).toBe(phase);
  });
});
