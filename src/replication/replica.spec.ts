import { describe, expect, it } from '@jest/globals';
import { ring } from './testing/bench.js';
import { put } from './testing/fixtures.js';

describe('Replica', () => {
  it('forms a ring in the order of priority', () => {
    const bench = ring(5);
    for (const replica of bench.replicas.values()) {
      const { view, full, hasLease } = replica.status(bench.clock);
      expect(view!.members.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect({ full, hasLease }).toEqual({ full: true, hasLease: true });
    }
  });

  it.each(['a', 'b', 'c'])('stores a write at %s everywhere before it is answered', (name) => {
    const bench = ring(3);
    bench.step(name, { kind: 'write', ticket: 7, operation: put('k', 'hello') });
    bench.settle();
    expect(bench.answers).toMatchObject([{ ticket: 7, outcome: { kind: 'done', copies: null } }]);
    for (const replica of bench.replicas.values()) {
      expect(replica.peek('k', bench.clock)).toMatchObject({ kind: 'object', record: { size: 5 } });
    }
  });

  it('promotes the next in priority when the primary dies, down to one', () => {
    const bench = ring(3);
    bench.step('b', { kind: 'write', ticket: 1, operation: put('k', 'one') });
    bench.settle();
    bench.kill('a');
    bench.settle();
    bench.run(100);
    expect(bench.members('c')).toEqual(['b', 'c']);
    bench.kill('b');
    bench.settle();
    bench.run(100);
    const { view } = bench.replicas.get('c')!.status(bench.clock);
    expect(view!.members.map(({ name }) => name)).toEqual(['c']);
    expect(view!.provisional).toBe(false);
    bench.step('c', { kind: 'write', ticket: 2, operation: put('k', 'two') });
    expect(bench.answers.at(-1)).toMatchObject({ ticket: 2, outcome: { kind: 'done' } });
    bench.add('a', 9, ['c']);
    bench.run(1000);
    expect(bench.replicas.get('a')!.peek('k', bench.clock)).toMatchObject({
      record: { size: 3, replaced: true },
    });
  });

  it('fetches larger bodies after joining, and is full then', () => {
    const bench = ring(2);
    bench.step('a', { kind: 'write', ticket: 1, operation: put('k', 'a larger body') });
    bench.settle();
    bench.add('c', 5, ['b']);
    bench.run(1000);
    const newcomer = bench.replicas.get('c')!;
    expect(newcomer.status(bench.clock)).toMatchObject({ full: true, phase: 'member' });
    expect(newcomer.peek('k', bench.clock)).toMatchObject({ kind: 'object' });
  });

  it('leaves when asked', () => {
    const bench = ring(3);
    bench.step('a', { kind: 'leave', ticket: 3 });
    bench.settle();
    expect(bench.answers).toEqual([{ ticket: 3, outcome: { kind: 'left' } }]);
    expect(bench.members('b')).toEqual(['b', 'c']);
  });
});
