import { describe, expect, it } from '@jest/globals';
import type { Message } from './index.js';
import { ring, type Bench } from './testing/bench.js';
import { put } from './testing/fixtures.js';

/** What RabbitMQ's gm.erl, a ring of the same kind, got right, and what this one must hold as well. */

/** Writes at `name`, and stops just before the record is handed to `before`. */
function writeUntilHanded(bench: Bench, name: string, before: string): number {
  const held: Message[] = [];
  bench.loses = ({ to, message }) => {
    if (message.kind !== 'append' || to !== before) return false;
    held.push(message);
    return true;
  };
  const ticket = bench.write(name, put('k', 'flight'));
  bench.settleUntil(() => held.length > 0);
  return ticket;
}

describe('One heir: the nearest live member downstream has what a dead member left in flight', () => {
  it.each([
    ['the primary', 'a', 'c'],
    ['a member in the middle', 'b', 'd'],
  ])('when %s dies before its record went further', (_, dead, stop) => {
    const bench = ring(4);
    const ticket = writeUntilHanded(bench, 'd', stop);
    bench.kill(dead);
    bench.loses = () => false;
    bench.run(200);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', record: { revision: 1 } });
    expect(bench.texts('k')).toEqual(['flight', 'flight', 'flight']);
  });

  it('and what nobody downstream has is numbered again from its origin, once', () => {
    const bench = ring(4);
    const ticket = writeUntilHanded(bench, 'd', 'b');
    bench.kill('a');
    bench.loses = () => false;
    bench.run(200);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', record: { revision: 1, replaced: false } });
    expect(bench.answers).toHaveLength(1);
  });

  it('and it needs nobody else: what the heir does not have, nobody behind it has', () => {
    const bench = ring(5);
    writeUntilHanded(bench, 'e', 'd');
    bench.kill('b');
    bench.loses = () => false;
    bench.run(200);
    const { members, start } = bench.status('a').view!;
    expect([start, members.map(({ last }) => last)]).toEqual([1, [1, 1, 0, 0]]);
  });
});

describe('State and insertion together or not at all', () => {
  it('a newcomer is in no view until it has everything, the log with it', () => {
    const bench = ring(2);
    bench.write('a', put('k', 'old'));
    bench.settle();
    bench.loses = ({ message }) => message.kind === 'stored';
    bench.write('a', put('k', 'new'));
    bench.settle();
    bench.loses = () => false;
    bench.add('c', 5, ['b']);
    bench.run(100);
    const order = bench.delivered.filter(({ to }) => to === 'c').map(({ message }) => message.kind);
    expect(order.lastIndexOf('state')).toBeLessThan(order.indexOf('prepare'));
    expect(order.indexOf('prepare')).toBeLessThan(order.indexOf('install'));
    expect([bench.members('c'), bench.text('c', 'k')]).toEqual([['a', 'b', 'c'], 'new']);
  });

  it.each(['state', 'prepare'] as const)('a newcomer whose %s got lost is in no view', (kind) => {
    const bench = ring(2);
    bench.write('a', put('k', 'text'));
    bench.settle();
    bench.loses = ({ to, message }) => to === 'c' && message.kind === kind;
    bench.add('c', 5, ['b']);
    bench.run(500);
    expect([bench.members('a'), bench.status('c').phase]).toEqual([['a', 'b'], 'joining']);
  });

  it('a newcomer that did not hear of its view gets the records that it missed before it counts', () => {
    const bench = ring(2);
    bench.loses = ({ to, message }) =>
      to === 'c' && (message.kind === 'accept' || message.kind === 'install');
    bench.add('c', 5, ['b']);
    bench.settle();
    const ticket = bench.write('a', put('k', 'text'));
    bench.run(500);
    expect([bench.status('c').phase, bench.outcome(ticket)]).toEqual(['joining', undefined]);
  });
});

describe('Nothing is forgotten before the watermark passed it', () => {
  it('a member keeps a record for those behind it until it knows that everyone has it', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'watermark';
    const ticket = bench.write('b', put('k', 'text'));
    bench.settle();
    expect(['a', 'b', 'c'].map((name) => bench.status(name).watermark)).toEqual([1, 0, 0]);
    bench.kill('a');
    bench.loses = () => false;
    bench.run(200);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done' });
    expect(bench.texts('k')).toEqual(['text', 'text']);
  });

  it('an origin keeps its write until it knows that everyone has it', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'submit' || message.kind === 'append';
    const ticket = bench.write('c', put('k', 'text'));
    bench.settle();
    bench.cut('c', 'a');
    bench.loses = () => false;
    bench.run(200);
    expect(bench.members('a')).toEqual(['a', 'b', 'c']);
    expect(bench.outcome(ticket)).toMatchObject({ kind: 'done', record: { revision: 1 } });
  });

  it('nobody reads a version that may be forgotten', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'stored';
    bench.write('a', put('k', 'text'));
    bench.settle();
    const read = bench.read('b', 'k');
    bench.settle();
    expect([bench.texts('k'), bench.outcome(read)]).toEqual([['wait', 'wait', 'wait'], undefined]);
  });
});
