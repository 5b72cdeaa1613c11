import { describe, expect, it } from '@jest/globals';
import type { Message, View } from './index.js';
import { ring, type Bench } from './testing/bench.js';
import { put, server } from './testing/fixtures.js';

/** The second half of what RabbitMQ's gm.erl got right: the view is the judge of every frame. */

function viewOf(bench: Bench, name: string): View {
  return bench.status(name).view!;
}

describe('A frame of view N is handled only in view N', () => {
  it.each<[string, (view: View) => Message]>([
    ['watermark', ({ id }) => ({ kind: 'watermark', view: id, revision: 1 })],
    ['append', ({ id }) => ({ kind: 'append', view: id, bare: false, record: null as never })],
    ['submit', ({ id }) => ({ kind: 'submit', view: id, origin: 1, request: 1, operation: put('k', 'x') })],
  ])('a %s that comes late from the view before', (_, frame) => {
    const bench = ring(3);
    const before = viewOf(bench, 'b');
    bench.add('d', 6, ['a']);
    bench.run(500);
    bench.loses = ({ message }) => message.kind === 'stored';
    bench.write('a', put('k', 'text'));
    bench.settle();
    const count = bench.delivered.length;
    bench.step('b', { kind: 'frames', link: bench.linkInto('a', 'b'), messages: [frame(before)] });
    bench.settle();
    expect([bench.status('b').watermark, bench.delivered.length - count]).toEqual([0, 0]);
  });

  it('and none at all between the promise and the next view', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'accept';
    bench.step('c', { kind: 'leave', ticket: 1 });
    bench.settle();
    expect(bench.status('b').choosing).toBe(true);
    const { id } = viewOf(bench, 'b');
    const submit = { kind: 'submit', view: id, origin: 1, request: 1, operation: put('k', 'x') } as const;
    const count = bench.delivered.length;
    bench.step('b', { kind: 'frames', link: bench.linkInto('a', 'b'), messages: [submit] });
    bench.settle();
    expect(bench.delivered).toHaveLength(count);
  });

  it('and who asks about an older view is told the present one', () => {
    const bench = ring(3);
    const of = viewOf(bench, 'b');
    bench.add('d', 6, ['a']);
    bench.run(500);
    const ballot = { number: 9, proposer: of.members[0]!.id };
    const empty = { promises: [], accused: [], newcomers: [], leavers: [], filled: [] };
    const prepare = { kind: 'prepare', of, ballot, objected: false, ...empty } as const;
    bench.step('b', { kind: 'frames', link: bench.linkInto('a', 'b'), messages: [prepare] });
    bench.settle();
    const message = { kind: 'install', view: viewOf(bench, 'b') };
    expect(bench.delivered.at(-1)).toMatchObject({ from: 'b', to: 'a', message });
    expect(bench.status('b').choosing).toBe(false);
  });
});

describe('Who is not in the view is refused', () => {
  it('a frame counts only from the predecessor', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'stored';
    bench.write('a', put('k', 'text'));
    bench.settle();
    const { id } = viewOf(bench, 'a');
    const mark = { kind: 'watermark', view: id, revision: 1 } as const;
    const stranger = server(77);
    bench.step('b', { kind: 'accepted', link: 900, peer: stranger });
    bench.step('b', { kind: 'frames', link: 900, messages: [mark] });
    bench.step('b', { kind: 'frames', link: 901, messages: [mark] });
    expect(bench.status('b').watermark).toBe(0);
    bench.step('b', { kind: 'frames', link: bench.linkInto('a', 'b'), messages: [mark] });
    expect(bench.status('b').watermark).toBe(1);
  });

  it('a member that was dropped hears of the view that goes on without it, and comes back as another', () => {
    const bench = ring(3);
    const { id } = bench.status('c').self;
    bench.freeze('c');
    const lost = bench.write('c', put('k', 'lost'));
    bench.run(1800);
    expect([bench.members('a'), viewOf(bench, 'a').provisional]).toEqual([['a', 'b'], false]);
    const kept = bench.write('a', put('k', 'kept'));
    bench.run(100);
    expect(bench.outcome(kept)).toMatchObject({ kind: 'done' });
    bench.thaw('c');
    bench.run(1500);
    expect(bench.status('c').self.id).not.toBe(id);
    expect(bench.members('a')).toEqual(['a', 'b', 'c']);
    expect([bench.outcome(lost)?.kind, bench.texts('k')]).toEqual(['unknown', ['kept', 'kept', 'kept']]);
  });
});
