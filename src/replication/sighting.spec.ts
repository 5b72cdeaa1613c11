import { describe, expect, it } from '@jest/globals';

import { Bench } from './testing/bench.js';
import { put } from './testing/fixtures.js';

const NOBODY = 0;

/** Servers that know nobody, each with its disk if it is to have one. */
function seekers(names: string, hasDisks = false): Bench {
  const bench = new Bench({ seeks: true });
  for (const name of names) {
    const priority = 200 - name.charCodeAt(0);
    if (hasDisks) bench.start(name, priority, []);
    else bench.add(name, priority, []);
  }
  bench.run(500);
  return bench;
}

const phases = (bench: Bench): string =>
  [...bench.replicas.keys()].map((name) => bench.status(name).phase).join(' ');

function found(bench: Bench, name: string): void {
  bench.step(name, { kind: 'found' });
  bench.run(200);
}

/** Each of these hears of the other as it is now, as servers do that ask from time to time. */
function meet(bench: Bench, names: string, others: string): void {
  for (const [name, other] of [...names].flatMap((one) =>
    [...others].map((another) => [one, another] as const),
  ))
    for (const [who, whom] of [
      [name, other],
      [other, name],
    ] as const) {
      const { phase, ringId, watermark } = bench.status(whom);
      if (phase === 'member')
        bench.step(who, { kind: 'sighted', address: whom, ring: ringId, isEmpty: watermark === 0 });
    }
  bench.run(3000);
}

function join(bench: Bench, name: string, by: string): void {
  const { ringId } = bench.status(by);
  bench.step(name, { kind: 'sighted', address: by, ring: ringId, isEmpty: true });
  bench.run(2000);
}

const rings = (bench: Bench): string[] => [
  ...new Set([...bench.replicas.keys()].map((name) => bench.members(name).toSorted().join(''))),
];

describe('A server that knows nobody', () => {
  it('founds no ring until it is told to, and then does', () => {
    const bench = seekers('a');
    expect(phases(bench)).toBe('joining');
    found(bench, 'a');
    expect(bench.members('a')).toEqual(['a']);
  });

  it('joins a ring that was sighted, and founds none beside it', () => {
    const bench = seekers('ab');
    found(bench, 'a');
    join(bench, 'b', 'a');
    expect(bench.members('b')).toEqual(['a', 'b']);
    found(bench, 'b');
    expect(bench.members('a')).toEqual(['a', 'b']);
  });

  it('may still found one when what was sighted is gone', () => {
    const bench = seekers('a');
    bench.step('a', { kind: 'sighted', address: 'x', ring: 5, isEmpty: true });
    bench.run(3000);
    expect(phases(bench)).toBe('joining');
    found(bench, 'a');
    expect(phases(bench)).toBe('member');
  });
});

/** A ring of two with disks, both of which were killed. */
function restarted(): Bench {
  const bench = seekers('ab', true);
  found(bench, 'a');
  join(bench, 'b', 'a');
  bench.write('a', put('k', 'kept'));
  bench.run(500);
  for (const name of 'ab') bench.kill(name);
  bench.run(500);
  return bench;
}

describe('A server that had a ring', () => {
  it('founds no other one', () => {
    const bench = restarted();
    bench.start('b', 3, []);
    const { ringId } = bench.status('b');
    found(bench, 'b');
    expect(bench.status('b')).toMatchObject({ phase: 'returning', ringId });
    bench.start('a', 9, []);
    bench.run(5000);
    expect([rings(bench), bench.texts('k')]).toEqual([['ab'], ['kept', 'kept']]);
  });

  it('lets an empty one come to it', () => {
    const bench = restarted();
    for (const name of 'abx') bench.start(name, 5, []);
    found(bench, 'x');
    expect(bench.members('x')).toEqual(['x']);
    bench.run(5000);
    meet(bench, 'a', 'x');
    expect([rings(bench), bench.text('x', 'k')]).toEqual([['abx'], 'kept']);
  });
});

describe.each([
  ['in memory', false],
  ['on disk', true],
])('Two rings %s that meet', (_, hasDisks) => {
  function split(): Bench {
    const bench = seekers('abcd', hasDisks);
    for (const name of 'ac') found(bench, name);
    join(bench, 'b', 'a');
    join(bench, 'd', 'c');
    expect(rings(bench)).toEqual(['ab', 'cd']);
    return bench;
  }

  it('become one, member by member, when they were never written to', () => {
    const bench = split();
    for (let round = 0; round < 4; round++) meet(bench, 'ab', 'cd');
    expect(rings(bench)).toEqual(['abcd']);
    const ticket = bench.write('d', put('k', 'v'));
    bench.run(500);
    expect(bench.outcome(ticket)?.kind).toBe('done');
    expect(bench.texts('k')).toEqual(['v', 'v', 'v', 'v']);
  });

  it.each(['a', 'd'])('become that one which was written to, at %s', (writer) => {
    const bench = split();
    bench.write(writer, put('k', 'v'));
    bench.run(500);
    const { ringId } = bench.status(writer);
    for (let round = 0; round < 4; round++) meet(bench, 'ab', 'cd');
    expect([rings(bench), bench.texts('k')]).toEqual([['abcd'], ['v', 'v', 'v', 'v']]);
    expect(bench.status('a').ringId).toBe(ringId);
  });

  it('stay apart when both were', () => {
    const bench = split();
    for (const name of 'ac') bench.write(name, put(name, name));
    bench.run(500);
    for (let round = 0; round < 3; round++) meet(bench, 'ab', 'cd');
    expect(rings(bench)).toEqual(['ab', 'cd']);
    expect([bench.texts('a'), bench.texts('c')]).toEqual([
      ['a', 'a', 'absent', 'absent'],
      ['absent', 'absent', 'c', 'c'],
    ]);
  });

  it('take no notice of their own members, nor of who has none', () => {
    const bench = split();
    meet(bench, 'a', 'b');
    bench.step('b', { kind: 'sighted', address: 'c', ring: NOBODY, isEmpty: false });
    bench.run(2000);
    expect(rings(bench)).toEqual(['ab', 'cd']);
  });
});
