import { describe, expect, it } from '@jest/globals';
import { durableRing, ring, type Bench } from './testing/bench.js';

/** How often these were told of a view within so many ms. */
function knocks(bench: Bench, names: string, ms: number): number {
  bench.delivered.length = 0;
  bench.run(ms);
  return bench.delivered.filter(({ message, to }) => message.kind === 'install' && names.includes(to)).length;
}

function leave(bench: Bench, name: string): void {
  bench.step(name, { kind: 'leave', ticket: 900 });
  bench.run(1000);
  expect(bench.outcome(900)).toEqual({ kind: 'left' });
}

describe.each([
  ['without disks', ring],
  ['with disks', durableRing],
])('A ring %s', (_, make) => {
  it.each(['a', 'b', 'c'])('does not knock on who has left: %s', (name) => {
    const bench = make(3);
    leave(bench, name);
    expect(knocks(bench, name, 5000)).toBe(0);
  });

  it('does not knock on who has left after the next change either', () => {
    const bench = make(4);
    leave(bench, 'a');
    bench.kill('d');
    bench.run(2000);
    expect(bench.members('c')).toEqual(['b', 'c']);
    expect(knocks(bench, 'a', 5000)).toBe(0);
  });

  it('knocks on who was lost', () => {
    const bench = make(3);
    bench.loses = ({ from, to }) => (from === 'c') !== (to === 'c');
    bench.run(3000);
    expect(bench.members('a')).toEqual(['a', 'b']);
    bench.loses = ({ from }) => from === 'c';
    expect(knocks(bench, 'c', 5000)).toBeGreaterThan(2);
  });

  it('knocks on who left, came again, and was lost then', () => {
    const bench = make(3);
    leave(bench, 'c');
    bench.kill('c');
    bench.run(1000);
    if (make === ring) bench.add('c', 8, ['a', 'b']);
    else bench.restart('c');
    bench.run(3000);
    expect(bench.members('a')).toEqual(['a', 'b', 'c']);
    bench.loses = ({ from, to }) => (from === 'c') !== (to === 'c');
    bench.run(3000);
    bench.loses = ({ from }) => from === 'c';
    expect(knocks(bench, 'c', 5000)).toBeGreaterThan(2);
  });
});
