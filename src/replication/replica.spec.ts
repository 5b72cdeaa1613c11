import { describe, expect, it } from '@jest/globals';
import {
  Replica,
  UNCONDITIONAL,
  type Answer,
  type Clock,
  type LinkId,
  type Operation,
  type ReplicaOptions,
} from './index.js';

/** Replicas joined by links that deliver at once, stepped by hand. */
class Bench {
  readonly replicas = new Map<string, Replica>();
  readonly answers: Answer[] = [];
  private readonly dead = new Set<string>();
  private readonly links = new Map<LinkId, { owner: string; other: LinkId }>();
  private nextLink = 1;
  private nextId = 1;
  private work: (() => void)[] = [];
  clock: Clock = { now: 1000, wall: 1_000_000 };

  add(name: string, priority: number, peers: string[]): Replica {
    const self = { id: this.nextId++, name, url: `http://${name}`, ring: name, priority };
    const options: ReplicaOptions = {
      self,
      peers,
      randomId: () => 100 + this.nextId++,
      policy: 'available',
      probeIntervalMs: 200,
      suspectAfterMs: 1000,
      readLeaseMs: 600,
      requestTimeoutMs: 5000,
      ringBudgetBytes: 1 << 26,
      waitingLimit: 1000,
      smallBodyBytes: 4,
      tombstoneTtlMs: 60_000,
    };
    const replica = new Replica(options, this.clock);
    this.replicas.set(name, replica);
    this.dead.delete(name);
    this.perform(name);
    this.settle();
    return replica;
  }

  step(name: string, input: Parameters<Replica['step']>[0]): void {
    if (this.dead.has(name)) return;
    this.replicas.get(name)!.step(input, this.clock);
    this.perform(name);
  }

  settle(): void {
    for (let turn = 0; this.work.length > 0; turn++) {
      if (turn > 100_000) throw new Error('never settles');
      this.work.shift()!();
    }
  }

  run(ms: number): void {
    for (let at = 0; at < ms; at += 50) {
      this.clock = { now: this.clock.now + 50, wall: this.clock.wall + 50 };
      for (const name of this.replicas.keys()) this.step(name, { kind: 'tick' });
      this.settle();
    }
  }

  kill(name: string): void {
    this.dead.add(name);
    for (const [link, { owner, other }] of this.links) {
      if (owner !== name) continue;
      this.links.delete(link);
      const peer = this.links.get(other);
      this.links.delete(other);
      if (peer) this.work.push(() => this.step(peer.owner, { kind: 'closed', link: other }));
    }
    this.replicas.delete(name);
    this.settle();
  }

  private perform(name: string): void {
    const ready = this.replicas.get(name)?.ready();
    if (!ready) return;
    for (const { link, message } of ready.messages) {
      this.work.push(() => {
        const end = this.links.get(link);
        const target = end && this.links.get(end.other);
        if (target) this.step(target.owner, { kind: 'frames', link: end.other, messages: [message] });
      });
    }
    for (const link of ready.hangups) this.work.push(() => this.hangup(link));
    for (const address of ready.dials) this.work.push(() => this.dial(name, address));
    this.answers.push(...ready.answers);
  }

  private hangup(link: LinkId): void {
    const end = this.links.get(link);
    this.links.delete(link);
    const target = end && this.links.get(end.other);
    if (!target) return;
    this.links.delete(end.other);
    this.step(target.owner, { kind: 'closed', link: end.other });
  }

  private dial(name: string, address: string): void {
    const target = this.replicas.get(address);
    if (!target) return this.step(name, { kind: 'dial-failed', address, gone: true, reason: 'refused' });
    const [out, into] = [this.nextLink++, this.nextLink++];
    this.links.set(out, { owner: name, other: into });
    this.links.set(into, { owner: address, other: out });
    const dialler = this.replicas.get(name)!;
    const peer = target.status(this.clock.now).self;
    this.step(address, { kind: 'accepted', link: into, peer: dialler.status(this.clock.now).self });
    this.step(name, { kind: 'linked', address, link: out, peer });
  }
}

const put = (key: string, text: string): Operation => ({
  kind: 'put',
  key,
  condition: UNCONDITIONAL,
  type: '',
  meta: {},
  size: text.length,
  digest: '0123456789abcdef',
  body: new TextEncoder().encode(text),
});

function ring(size: number): Bench {
  const bench = new Bench();
  bench.add('a', 9, []);
  bench.add('b', 8, ['a']);
  for (const name of ['c', 'd', 'e'].slice(0, size - 2))
    bench.add(name, 107 - name.charCodeAt(0), ['a', 'b']);
  bench.run(1000);
  return bench;
}

describe('Replica', () => {
  it('forms a ring in the order of priority', () => {
    const bench = ring(5);
    for (const replica of bench.replicas.values()) {
      const { view, full, hasLease } = replica.status(bench.clock.now);
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
      expect(replica.peek('k', bench.clock.now)).toMatchObject({ kind: 'object', record: { size: 5 } });
    }
  });

  it('promotes the next in priority when the primary dies, down to one', () => {
    const bench = ring(3);
    bench.step('b', { kind: 'write', ticket: 1, operation: put('k', 'one') });
    bench.settle();
    bench.kill('a');
    bench.run(100);
    expect(
      bench.replicas
        .get('c')!
        .status(bench.clock.now)
        .view!.members.map(({ name }) => name),
    ).toEqual(['b', 'c']);
    bench.kill('b');
    bench.run(100);
    const { view } = bench.replicas.get('c')!.status(bench.clock.now);
    expect(view!.members.map(({ name }) => name)).toEqual(['c']);
    expect(view!.provisional).toBe(false);
    bench.step('c', { kind: 'write', ticket: 2, operation: put('k', 'two') });
    expect(bench.answers.at(-1)).toMatchObject({ ticket: 2, outcome: { kind: 'done' } });
    bench.add('a', 9, ['c']);
    bench.run(1000);
    expect(bench.replicas.get('a')!.peek('k', bench.clock.now)).toMatchObject({
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
    expect(newcomer.status(bench.clock.now)).toMatchObject({ full: true, phase: 'member' });
    expect(newcomer.peek('k', bench.clock.now)).toMatchObject({ kind: 'object' });
  });

  it('leaves when asked', () => {
    const bench = ring(3);
    bench.step('a', { kind: 'leave', ticket: 3 });
    bench.settle();
    expect(bench.answers).toEqual([{ ticket: 3, outcome: { kind: 'left' } }]);
    expect(
      bench.replicas
        .get('b')!
        .status(bench.clock.now)
        .view!.members.map(({ name }) => name),
    ).toEqual(['b', 'c']);
  });
});
