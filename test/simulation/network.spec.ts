import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Input, Message, Ready } from '../../src/replication/index.js';
import { Cluster } from './cluster.js';
import type { Core } from './core.js';
import { planOf } from './plan.js';
import { Trace } from './trace.js';

const NOTHING: Ready = {
  saves: null,
  messages: [],
  hangups: [],
  dials: [],
  grants: [],
  answers: [],
  events: [],
};

/** Says what the test tells it to say, and remembers what it hears. */
class Puppet {
  readonly heard: Input[] = [];
  private next: Ready | null = null;

  constructor(private readonly self: { readonly id: number }) {}

  say(part: Partial<Ready>): void {
    this.next = { ...NOTHING, ...part };
  }

  step(input: Input): void {
    if (input.kind !== 'tick') this.heard.push(input);
  }

  ready(): Ready | null {
    const { next } = this;
    this.next = null;
    return next;
  }

  status() {
    return { phase: 'joining', self: this.self, watermark: 0, view: null };
  }

  get kinds(): string[] {
    return this.heard.map(({ kind }) => kind);
  }
}

const probe = (stamp: number): Message => ({ kind: 'probe', stamp });
const piece = (index: number): Message => ({
  kind: 'blob-piece',
  view: { number: 1, proposer: 1 },
  source: 1,
  blob: 1,
  index,
  bytes: new Uint8Array(1),
  digest: '',
});

let cluster: Cluster;
let puppets: Puppet[];

beforeEach(() => {
  puppets = [];
  const plan = planOf(7, { servers: 2, coalesceMs: 0, bulkLagsMs: [30] });
  cluster = new Cluster(plan, new Trace(), (options) => {
    const puppet = new Puppet(options.self);
    puppets.push(puppet);
    return puppet as unknown as Core;
  });
  for (const host of cluster.hosts) host.start([]);
  pass(100);
});

/** Long enough for a tick, which makes a puppet speak. */
function pass(ms: number): void {
  cluster.world.runUntil(cluster.world.now + ms);
}

function connect(): { near: number; far: number } {
  puppets[0]!.say({ dials: [cluster.hosts[1]!.address] });
  pass(150);
  const linked = puppets[0]!.heard.find((input) => input.kind === 'linked')!;
  const accepted = puppets[1]!.heard.find((input) => input.kind === 'accepted')!;
  return { near: linked.link, far: accepted.link };
}

function send(link: number, ...numbers: number[]): void {
  puppets[0]!.say({ messages: numbers.map((stamp) => ({ link, message: probe(stamp) })) });
  pass(60);
}

function stamps(puppet: Puppet): number[] {
  return puppet.heard.flatMap((input) =>
    input.kind === 'frames'
      ? input.messages.flatMap((message) => (message.kind === 'probe' ? message.stamp : []))
      : [],
  );
}

describe('the network', () => {
  it('introduces two processes to each other', () => {
    const { near } = connect();
    expect(near).toBeGreaterThan(0);
    expect(puppets[0]!.heard).toMatchObject([{ kind: 'linked', peer: { name: 's1' } }]);
    expect(puppets[1]!.heard).toMatchObject([{ kind: 'accepted', peer: { name: 's0' } }]);
  });

  it('keeps the order, over a cut as well', () => {
    const { near } = connect();
    send(near, 1, 2);
    cluster.wires.cut(0, 1);
    send(near, 3);
    send(near, 4);
    expect(stamps(puppets[1]!)).toEqual([1, 2]);
    cluster.wires.heal(0, 1);
    pass(500);
    expect(stamps(puppets[1]!)).toEqual([1, 2, 3, 4]);
  });

  it('carries pieces of large bodies on a lane of their own, in their order', () => {
    const { near } = connect();
    const messages = [piece(0), piece(1), probe(1), piece(2)].map((message) => ({ link: near, message }));
    puppets[0]!.say({ messages });
    pass(150);
    const heard = puppets[1]!.heard.flatMap((input) => (input.kind === 'frames' ? input.messages : []));
    expect(heard.map((message) => (message.kind === 'blob-piece' ? message.index : message.kind))).toEqual([
      'probe',
      0,
      1,
      2,
    ]);
  });

  it('loses both lanes with the link', () => {
    const { near } = connect();
    puppets[0]!.say({ messages: [{ link: near, message: piece(0) }], hangups: [near] });
    pass(150);
    expect(puppets[1]!.kinds).toEqual(['accepted', 'closed']);
  });

  it('breaks a connection that is cut for long, and tells the other side once it can', () => {
    const { near } = connect();
    cluster.wires.cut(0, 1);
    send(near, 1);
    pass(10_000);
    expect(puppets[0]!.kinds).toEqual(['linked', 'closed']);
    expect(puppets[1]!.kinds).toEqual(['accepted']);
    cluster.wires.healAll();
    pass(500);
    expect(puppets[1]!.kinds).toEqual(['accepted', 'closed']);
    expect(stamps(puppets[1]!)).toEqual([]);
  });

  it('refuses for a dead process, and times out for a lost machine and a cut way', () => {
    const dial = () => {
      puppets[0]!.say({ dials: [cluster.hosts[1]!.address] });
      pass(1_500);
      return puppets[0]!.heard.at(-1);
    };
    cluster.wires.cut(1, 0);
    expect(dial()).toMatchObject({ kind: 'dial-failed', gone: false });
    cluster.wires.healAll();
    cluster.hosts[1]!.kill();
    expect(dial()).toMatchObject({ kind: 'dial-failed', gone: true });
    cluster.hosts[1]!.powerOff();
    expect(dial()).toMatchObject({ kind: 'dial-failed', gone: false });
  });

  it('tells of a death, and delivers what had left before', () => {
    const { near } = connect();
    puppets[0]!.say({ messages: [{ link: near, message: probe(1) }], hangups: [near] });
    pass(100);
    expect(puppets[1]!.kinds).toEqual(['accepted', 'frames', 'closed']);
  });

  it('gives a stopped process everything when it goes on', () => {
    const { near } = connect();
    cluster.processes[1]!.stop(400, false);
    send(near, 1);
    send(near, 2);
    expect(stamps(puppets[1]!)).toEqual([]);
    pass(500);
    expect(stamps(puppets[1]!)).toEqual([1, 2]);
  });
});
