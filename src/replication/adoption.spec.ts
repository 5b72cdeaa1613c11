import { describe, expect, it } from '@jest/globals';
import type { Accept } from './messages.js';
import { durableRing, ring, type Bench } from './testing/bench.js';
import { promise, viewOf } from './testing/fixtures.js';
import { at, prepare, Voter } from './testing/voter.js';

const TICKET = 900;

/** Nothing gets from these to the others any more, and nobody has noticed yet. */
function cutOff(bench: Bench, names: string): void {
  bench.loses = ({ from, to }) => names.includes(from) !== names.includes(to);
}

/** Runs until this frame has been delivered, and not a moment longer. */
function runUntilDelivered(bench: Bench, kind: string, to: string): void {
  const isThere = (): boolean => bench.delivered.some((one) => one.message.kind === kind && one.to === to);
  bench.delivered.length = 0;
  for (let ms = 0; ms < 5000 && !isThere(); ms += 50) {
    bench.clock = { now: bench.clock.now + 50, wall: bench.clock.wall + 50 };
    for (const name of bench.replicas.keys()) {
      bench.step(name, { kind: 'tick' });
      bench.settleUntil(isThere);
    }
  }
}

describe('A server that is told that the ring goes on there', () => {
  it.each<[string, () => Bench]>([
    ['without disks, available', () => ring(3)],
    ['with disks, primary', () => durableRing(3, { policy: 'primary' })],
  ])('goes on without those who do not answer, though nobody has missed them yet: %s', (_, make) => {
    const bench = make();
    cutOff(bench, 'c');
    bench.step('c', { kind: 'adopt', ticket: TICKET });
    bench.run(200);
    expect(bench.outcome(TICKET)).toBeUndefined();
    bench.run(4000);
    expect(bench.outcome(TICKET)).toEqual({ kind: 'adopted' });
    expect([bench.members('c'), bench.status('c').view!.provisional]).toEqual([['c'], false]);
  });

  it('says so once the members of a whole ring have agreed on it', () => {
    const bench = ring(3);
    const { id } = bench.status('b').view!;
    bench.step('b', { kind: 'adopt', ticket: TICKET });
    expect(bench.outcome(TICKET)).toBeUndefined();
    bench.run(200);
    expect(bench.outcome(TICKET)).toEqual({ kind: 'adopted' });
    expect(bench.status('a').view).toMatchObject({ parent: id, provisional: false });
    expect(bench.members('a')).toEqual(['a', 'b', 'c']);
  });

  it('tries again when a provisional view is chosen over it', () => {
    const bench = ring(5);
    cutOff(bench, 'de');
    runUntilDelivered(bench, 'accept', 'd');
    bench.step('d', { kind: 'adopt', ticket: TICKET });
    bench.settle();
    expect(bench.status('d').view!.provisional).toBe(true);
    bench.run(1500);
    expect(bench.outcome(TICKET)).toEqual({ kind: 'adopted' });
    expect([bench.members('e'), bench.status('e').view!.provisional]).toEqual([['d', 'e'], false]);
  });
});

describe('A proposer', () => {
  it('goes on in the lineage without a quorum when the people of another one say so', () => {
    const of = viewOf([1, 2, 3, 4, 5]);
    const voter = new Voter(1, of, { policy: 'primary' });
    voter.chooser.act();
    voter.out();
    const promises = [promise(1), promise(2, { adopts: true })];
    const accused = [3, 4, 5].map((id) => ({ id, gone: false }));
    voter.wait(1001);
    voter.chooser.prepare(prepare(at(1, 1), { of, promises, accused }));
    const [message] = voter.out() as Accept[];
    expect(message).toMatchObject({ view: { members: [{ id: 1 }, { id: 2 }], provisional: false } });
    voter.chooser.accept({ ...message!, acceptedBy: [1, 2] });
    expect(voter.installed).toEqual([message!.view]);
  });
});
