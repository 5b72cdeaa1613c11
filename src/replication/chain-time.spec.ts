import { describe, expect, it } from '@jest/globals';
import type { LogRecord, Operation } from './index.js';
import { ring, type Bench } from './testing/bench.js';
import { put, remove } from './testing/fixtures.js';

const NAMES = ['a', 'b', 'c'];

const withToken = (operation: Operation, token = 't'): Operation => ({ ...operation, token });

function recordOf(bench: Bench, ticket: number): LogRecord {
  return (bench.outcome(ticket) as { record: LogRecord }).record;
}

function write(bench: Bench, name: string, operation: Operation): LogRecord {
  const ticket = bench.write(name, operation);
  bench.settle();
  return recordOf(bench, ticket);
}

/** Who was sent records by which objects expire. */
function expirations({ delivered }: Bench): string[] {
  return delivered.flatMap(({ to, message }) =>
    message.kind === 'append' && message.record.kind === 'expire' ? [to] : [],
  );
}

describe('A write that is sent again', () => {
  it('at any server is done once and answered the same, also when the object has changed since', () => {
    const bench = ring(3);
    const operation = withToken(put('k', 'text', { kind: 'absent' }));
    const first = write(bench, 'b', operation);
    write(bench, 'a', put('k', 'newer'));
    for (const name of NAMES)
      expect(write(bench, name, operation)).toMatchObject({
        kind: 'put',
        revision: 1,
        of: 1,
        replaced: false,
      });
    expect([first.revision, first.of]).toEqual([1, 0]);
    expect(bench.texts('k')).toEqual(['newer', 'newer', 'newer']);
  });

  it('is answered only once the first is committed', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'stored';
    const tickets = NAMES.map((name) => bench.write(name, withToken(put('k', 'text'))));
    bench.settle();
    expect(tickets.map((ticket) => bench.outcome(ticket))).toEqual([undefined, undefined, undefined]);
    bench.loses = () => false;
    write(bench, 'a', put('other', 'text'));
    expect(new Set(tickets.map((ticket) => recordOf(bench, ticket).revision)).size).toBe(1);
  });

  it('is known to the next primary, and to who has joined since', () => {
    const bench = ring(3);
    write(bench, 'c', withToken(put('k', 'text')));
    write(bench, 'c', withToken(remove('k'), 'u'));
    write(bench, 'c', withToken(remove('k'), 'refused'));
    bench.kill('a');
    bench.run(3000);
    bench.add('d', 1, ['b']);
    bench.run(2000);
    for (const name of ['b', 'c']) bench.kill(name);
    bench.run(5000);
    expect(bench.members('d')).toEqual(['d']);
    expect(write(bench, 'd', withToken(put('k', 'text')))).toMatchObject({ kind: 'put', revision: 1 });
    expect(write(bench, 'd', withToken(remove('k'), 'u'))).toMatchObject({ kind: 'delete', revision: 2 });
    const refused = write(bench, 'd', withToken(remove('k'), 'refused'));
    expect(refused).toMatchObject({ kind: 'refusal', refusal: 'absent', revision: 3 });
    expect(bench.text('d', 'k')).toBe('absent');
  });

  it('is done after all when the first was dropped', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'append';
    const lost = bench.write('a', withToken(put('k', 'text')));
    bench.settle();
    bench.kill('a');
    bench.loses = () => false;
    bench.run(3000);
    expect(bench.outcome(lost)).toBeUndefined();
    expect(write(bench, 'c', withToken(put('k', 'text')))).toMatchObject({ kind: 'put', of: 0 });
    expect(bench.texts('k')).toEqual(['text', 'text']);
  });
});

describe('A time to live', () => {
  const mortal: Operation = { ...put('k', 'text'), ttlMs: 1000 };

  it('ends by one record, at the same place of the order everywhere', () => {
    const bench = ring(3);
    write(bench, 'c', mortal);
    bench.run(950);
    expect(bench.texts('k')).toEqual(['text', 'text', 'text']);
    bench.run(100);
    expect(bench.texts('k')).toEqual(['absent', 'absent', 'absent']);
    expect(NAMES.map((name) => bench.status(name).watermark)).toEqual([2, 2, 2]);
    bench.run(1000);
    expect(expirations(bench)).toEqual(['b', 'c']);
  });

  it('ends with a newer write, which may have one of its own', () => {
    const bench = ring(3);
    write(bench, 'b', mortal);
    bench.run(500);
    write(bench, 'c', mortal);
    bench.run(700);
    expect(bench.texts('k')).toEqual(['text', 'text', 'text']);
    write(bench, 'c', put('k', 'ever'));
    bench.run(5000);
    expect(bench.texts('k')).toEqual(['ever', 'ever', 'ever']);
    expect(expirations(bench)).toEqual([]);
  });

  it('goes on under the next primary', () => {
    const bench = ring(3);
    write(bench, 'c', { ...mortal, ttlMs: 4000 });
    bench.kill('a');
    bench.run(3500);
    expect(bench.texts('k')).toEqual(['text', 'text']);
    bench.run(600);
    expect(bench.texts('k')).toEqual(['absent', 'absent']);
  });

  it('goes on at who has joined since', () => {
    const bench = ring(1);
    write(bench, 'a', { ...mortal, ttlMs: 9000 });
    bench.add('b', 1, ['a']);
    bench.run(2000);
    bench.kill('a');
    bench.run(5000);
    expect(bench.text('b', 'k')).toBe('text');
    bench.run(2100);
    expect(bench.text('b', 'k')).toBe('absent');
  });

  it('ends again when the record that ended it was dropped', () => {
    const bench = ring(3);
    write(bench, 'c', mortal);
    bench.loses = ({ message }) => message.kind === 'append';
    bench.run(1050);
    const present = bench.status('a').view!;
    expect(bench.text('a', 'k')).toBe('wait');
    bench.loses = () => false;
    const id = { number: present.id.number + 1, proposer: present.id.proposer };
    const members = present.members.map((member) => ({ ...member, last: 1 }));
    const view = { ...present, id, parent: present.id, start: 1, members };
    for (const [from, to] of [
      ['c', 'a'],
      ['a', 'b'],
      ['b', 'c'],
    ] as const)
      bench.step(to, {
        kind: 'frames',
        link: bench.linkInto(from, to),
        messages: [{ kind: 'install', view, isActive: true }],
      });
    bench.settle();
    bench.run(100);
    expect(bench.texts('k')).toEqual(['absent', 'absent', 'absent']);
    expect(bench.status('a').watermark).toBe(2);
  });
});
