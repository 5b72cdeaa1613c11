import { beforeEach, describe, expect, it } from '@jest/globals';

import type { BlobPiece } from './messages.js';
import type { Operation } from './record.js';
import { ring, type Bench } from './testing/bench.js';
import { put } from './testing/fixtures.js';

const TEXTS = Array.from({ length: 20 }, (_, index) => `piece ${index}, `);
const WHOLE = TEXTS.join('');

let bench: Bench;

beforeEach(() => {
  bench = ring(3);
});

function large(key: string): Operation {
  return { ...put(key, ''), body: null, size: 0, digest: '' };
}

function pieces(): BlobPiece[] {
  return bench.delivered.map(({ message }) => message).filter((message) => message.kind === 'blob-piece');
}

/** Large bodies that any server still keeps ahead of their record. */
function pinned(): number {
  return [...bench.replicas.keys()].reduce((sum, name) => sum + bench.status(name).pinned, 0);
}

describe('A large body', () => {
  it.each(['a', 'b', 'c'])('goes round from %s, and its object is read everywhere', (name) => {
    const ticket = bench.upload(name, TEXTS);
    bench.settle();
    bench.finish(ticket, large('k'));
    bench.settle();
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', record: { size: WHOLE.length } });
    bench.run(200);
    expect(bench.texts('k')).toEqual([WHOLE, WHOLE, WHOLE]);
    expect(pinned()).toBe(0);
  });

  it('crosses each link once, and not the one into its origin', () => {
    const ticket = bench.upload('b', TEXTS);
    bench.settle();
    bench.finish(ticket, large('k'));
    bench.settle();
    expect(pieces()).toHaveLength(2 * (TEXTS.length + 1));
    expect(bench.delivered.some(({ to, message }) => to === 'b' && message.kind === 'blob-piece')).toBe(
      false,
    );
  });

  it('is stored by a server that is alone', () => {
    bench = ring(1);
    const ticket = bench.upload('a', TEXTS, WHOLE.length);
    bench.settle();
    bench.finish(ticket, large('k'));
    bench.settle();
    expect(bench.outcome(ticket)?.kind).toBe('done');
    expect(bench.text('a', 'k')).toBe(WHOLE);
  });

  it('is granted no further than a window beyond what has come through the ring', () => {
    bench.loses = ({ message }) => message.kind === 'blob-progress';
    bench.upload('a', TEXTS);
    bench.settle();
    expect(pieces()).toHaveLength(2 * 4);
  });

  it('leaves nothing behind when its client is gone', () => {
    const ticket = bench.upload('b', TEXTS);
    bench.settle();
    expect(pinned()).toBe(3);
    bench.abort(ticket);
    bench.settle();
    expect(pinned()).toBe(0);
    expect(bench.status('c').bytes).toBe(0);
  });

  it.each(['a', 'c'])('goes on where it was when %s dies', (victim) => {
    const ticket = bench.upload('b', TEXTS);
    bench.settleUntil(() => pieces().length > 15);
    bench.kill(victim);
    bench.run(3000);
    bench.finish(ticket, large('k'));
    bench.run(1000);
    expect(bench.outcome(ticket)?.kind).toBe('done');
    expect(bench.texts('k')).toEqual([WHOLE, WHOLE]);
    expect(pinned()).toBe(0);
  });

  it('is dropped when its origin dies', () => {
    bench.upload('b', TEXTS);
    bench.settleUntil(() => pieces().length > 15);
    bench.kill('b');
    bench.run(3000);
    expect(pinned()).toBe(0);
  });

  it('reaches a newcomer that comes in the middle of it', () => {
    const ticket = bench.upload('b', TEXTS);
    bench.settle();
    bench.add('d', 5, ['a']);
    bench.run(1000);
    bench.finish(ticket, large('k'));
    bench.run(1000);
    expect(bench.texts('k')).toEqual([WHOLE, WHOLE, WHOLE, WHOLE]);
    expect(bench.status('d').full).toBe(true);
    expect(pinned()).toBe(0);
  });

  it('is fetched by a newcomer that comes afterwards', () => {
    const ticket = bench.upload('b', TEXTS);
    bench.settle();
    bench.finish(ticket, large('k'));
    bench.settle();
    bench.add('d', 5, ['a']);
    bench.run(2000);
    expect(bench.text('d', 'k')).toBe(WHOLE);
    expect(bench.status('d').full).toBe(true);
  });

  it('is taken when writes elsewhere pass the limit after room was set aside for it', () => {
    bench = ring(3, { memoryLimitBytes: 4000 });
    const ticket = bench.upload('b', [], 1200);
    bench.settle();
    for (const name of ['a', 'c'])
      for (let count = 0; count < 5; count++) bench.write(name, put(name + count, 'x'.repeat(100)));
    bench.settle();
    bench.step('b', { kind: 'upload-piece', ticket, bytes: new Uint8Array(1200) });
    expect(bench.status('b').bytes).toBeGreaterThan(4000);
    bench.finish(ticket, large('k'));
    bench.settle();
    expect(bench.outcome(ticket)?.kind).toBe('done');
  });

  it('is refused when a member has no room for it', () => {
    bench = ring(3, { memoryLimitBytes: 1000 });
    const ticket = bench.upload('b', TEXTS, 1001);
    const growing = bench.upload('c', [...TEXTS, 'x'.repeat(1000)]);
    bench.settle();
    expect(bench.outcome(ticket)).toEqual({ kind: 'not-done', reason: 'full' });
    expect(bench.outcome(growing)).toEqual({ kind: 'not-done', reason: 'full' });
    expect(pinned()).toBe(0);
  });
});
