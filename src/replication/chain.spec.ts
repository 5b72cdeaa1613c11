import { describe, expect, it } from '@jest/globals';
import type { LogRecord, Message, ReplicaOptions } from './index.js';
import { ring, type Bench } from './testing/bench.js';
import { put, remove } from './testing/fixtures.js';

/** A ring whose last member's marks get lost: nothing is committed any more. */
function stalled(size: number): Bench {
  const bench = ring(size);
  bench.loses = ({ message }) => message.kind === 'stored';
  return bench;
}

function carriesBody(message: Message): boolean {
  if (message.kind === 'submit') return message.operation.body !== null;
  return message.kind === 'append' && !message.bare;
}

function recordOf(bench: Bench, ticket: number): LogRecord {
  return (bench.outcome(ticket) as { record: LogRecord }).record;
}

/** When a write is done, in ms after server c stood still. */
function doneAfter(options: Partial<ReplicaOptions>): number {
  const bench = ring(3, options);
  bench.freeze('c');
  const ticket = bench.write('a', put('k', 'text'));
  const since = bench.clock.now;
  while (bench.outcome(ticket) === undefined && bench.clock.now - since < 5000) bench.run(50);
  return bench.clock.now - since;
}

describe('A write', () => {
  it.each(['a', 'b', 'c', 'd'])('that comes in at %s has its body carried over each link once', (origin) => {
    const bench = ring(4);
    bench.delivered.length = 0;
    bench.write(origin, put('k', 'text'));
    bench.settle();
    const links = bench.delivered
      .filter(({ message }) => carriesBody(message))
      .map(({ from, to }) => from + to);
    expect(new Set(links).size).toBe(links.length);
    expect(bench.texts('k')).toEqual(['text', 'text', 'text', 'text']);
  });

  it('is numbered once, also when its submit comes twice', () => {
    const bench = stalled(3);
    bench.write('c', put('k', 'text'));
    bench.settle();
    const submit = bench.delivered.find(({ message }) => message.kind === 'submit')!.message;
    const count = bench.delivered.length;
    bench.step('a', { kind: 'frames', link: bench.linkInto('c', 'a'), messages: [submit] });
    bench.settle();
    expect(bench.delivered).toHaveLength(count);
  });

  it('is judged against what is not committed yet, and refused only once that is', () => {
    const bench = stalled(3);
    const first = bench.write('b', put('k', 'text'));
    bench.settle();
    const second = bench.write('c', put('k', 'other', { kind: 'absent' }));
    bench.settle();
    expect([bench.outcome(first), bench.outcome(second)]).toEqual([undefined, undefined]);
    bench.loses = () => false;
    bench.write('a', put('other', 'text'));
    bench.settle();
    expect([bench.outcome(first)?.kind, bench.outcome(second)?.kind]).toEqual(['done', 'refused']);
    expect(recordOf(bench, second)).toMatchObject({ revision: 2, refusal: 'precondition' });
  });

  it.each([
    ['a', ['a']],
    ['b', ['b']],
    ['c', ['c']],
    ['d', []],
  ])('at %s is told on with patience by %s alone: nobody behind waits', (origin, patient) => {
    const bench = ring(4);
    bench.delivered.length = 0;
    bench.write(origin, put('k', 'text'));
    bench.settle();
    const marks = bench.delivered.filter(({ message }) => message.kind === 'watermark');
    expect(marks.map(({ from }) => from)).toEqual(['a', 'b', 'c']);
    expect(marks.filter((mark) => mark.patient).map(({ from }) => from)).toEqual(patient);
  });

  it('waits for credit, and then leaves in its turn', () => {
    const bench = ring(3, { ringBudgetBytes: 900 });
    const tickets = ['1', '2', '3'].map((key) => bench.write('b', put(key, 'text')));
    const submits = (): number => bench.delivered.filter(({ message }) => message.kind === 'submit').length;
    bench.settleUntil(() => submits() === 2);
    expect(submits()).toBe(2);
    bench.settle();
    expect(tickets.map((ticket) => recordOf(bench, ticket).revision)).toEqual([1, 2, 3]);
  });

  it('that nobody has numbered goes before the ones that wait, when the view changes', () => {
    const bench = ring(3);
    bench.loses = ({ message }) => message.kind === 'submit';
    const first = bench.write('b', put('k', 'first'));
    bench.settle();
    bench.loses = ({ message }) => message.kind === 'accept';
    bench.cut('b', 'c');
    bench.settle();
    const second = bench.write('b', put('k', 'second'));
    bench.loses = () => false;
    bench.run(3000);
    expect([first, second].map((ticket) => recordOf(bench, ticket).revision)).toEqual([1, 2]);
    expect(bench.texts('k')).toEqual(['second', 'second', 'second']);
  });
});

describe('A tombstone', () => {
  it('is dropped by a record, so that every catalogue drops the same', () => {
    const bench = ring(3, { tombstoneTtlMs: 1000 });
    bench.write('b', put('k', 'text'));
    bench.write('b', remove('k'));
    bench.run(900);
    expect(bench.status('c').watermark).toBe(2);
    bench.run(300);
    const floors = bench.delivered.flatMap(({ to, message }) =>
      message.kind === 'append' && message.record.kind === 'floor' ? [[to, message.record.floor]] : [],
    );
    expect(floors).toEqual([
      ['b', 2],
      ['c', 2],
    ]);
    expect(['a', 'b', 'c'].map((name) => bench.status(name).watermark)).toEqual([3, 3, 3]);
  });
});

describe('The watermark', () => {
  it('stays while a dropped member may still read', () => {
    const usual = doneAfter({});
    expect(usual).toBeLessThan(2000);
    const longer = doneAfter({ readLeaseMs: 3000 });
    expect(longer).toBeGreaterThanOrEqual(2800);
    expect(longer).toBeLessThan(3500);
  });
});

describe('A change of the view', () => {
  it('drops what its primary does not have', () => {
    const bench = stalled(3);
    bench.write('a', put('k', 'text'));
    bench.settle();
    const present = bench.status('b').view!;
    const id = { number: present.id.number + 1, proposer: present.id.proposer };
    const view = { ...present, id, parent: present.id, start: 0 };
    expect(bench.text('b', 'k')).toBe('wait');
    bench.step('b', {
      kind: 'frames',
      link: bench.linkInto('a', 'b'),
      messages: [{ kind: 'install', view, isActive: true }],
    });
    expect(bench.text('b', 'k')).toBe('absent');
  });
});

describe('Who leaves twice', () => {
  it('is answered twice', () => {
    const bench = ring(2);
    for (const ticket of [91, 92]) bench.step('b', { kind: 'leave', ticket });
    bench.run(100);
    expect([bench.outcome(91), bench.outcome(92)]).toEqual([{ kind: 'left' }, { kind: 'left' }]);
  });
});

describe('A machine that was asleep', () => {
  it('has no lease when it wakes, not even for its first read', () => {
    const bench = ring(3);
    expect(bench.text('c', 'k')).toBe('absent');
    bench.clock = { ...bench.clock, wall: bench.clock.wall + 60_000 };
    expect(bench.text('c', 'k')).toBe('wait');
    bench.run(400);
    expect(bench.text('c', 'k')).toBe('absent');
  });
});
