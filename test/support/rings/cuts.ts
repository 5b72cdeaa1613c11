import { type Clock, type Input, type LinkId, type Ready, Replica } from '../../../src/replication/index.js';
import type { Core, CoreFactory } from '../../../src/ring/index.js';
import { createReplica } from '../../../src/ring/core.js';
import type { RingletServer } from '../../../src/server.js';

/** Cuts a ring of real servers apart, between the cores and their links: servers of different groups hear nothing of each other. */
export class Cuts {
  private groups: readonly (readonly string[])[] = [];
  private readonly cores: CutCore[] = [];

  /** Takes the place of CORE_FACTORY. */
  readonly createCore: CoreFactory = (options, who, clock) => {
    const core = createReplica(options, who, clock) as Replica;
    const cut = new CutCore(core, (peer) => this.isBetween(who.ring, peer));
    this.cores.push(cut);
    return cut;
  };

  cut(...groups: readonly (readonly RingletServer[])[]): void {
    this.groups = groups.map((servers) => servers.map(({ identity }) => identity.ring));
    for (const core of this.cores) core.cut();
  }

  heal(): void {
    this.groups = [];
  }

  private isBetween(one: string, other: string): boolean {
    const groupOf = (address: string) => this.groups.findIndex((group) => group.includes(address));
    return groupOf(one) !== groupOf(other);
  }
}

/** A link over which something was lost is never used again. */
class CutCore implements Core {
  private readonly peers = new Map<LinkId, string>();
  private readonly dead = new Set<LinkId>();
  private ended: LinkId[] = [];
  private hangups: LinkId[] = [];

  constructor(
    private readonly core: Replica,
    private readonly isCut: (peer: string) => boolean,
  ) {}

  readonly peek = (key: string, clock: Clock) => this.core.peek(key, clock);
  readonly committed = (key: string) => this.core.committed(key);
  readonly list = (prefix: string, after: string | null, limit: number) =>
    this.core.list(prefix, after, limit);
  readonly readOut = () => this.core.readOut();
  readonly lost = () => this.core.lost();
  readonly status = (clock: Clock) => this.core.status(clock);

  cut(): void {
    for (const [link, peer] of this.peers) if (this.isCut(peer)) this.lose(link);
  }

  step(input: Input, clock: Clock): void {
    for (const link of this.ended.splice(0)) this.core.step({ kind: 'closed', link }, clock);
    switch (input.kind) {
      case 'linked':
        if (this.isCut(input.peer.ring)) {
          this.bury(input.link);
          const { address } = input;
          return this.core.step(
            { kind: 'dial-failed', address, gone: false, reason: 'it is cut off' },
            clock,
          );
        }
        this.peers.set(input.link, input.peer.ring);
        break;
      case 'accepted':
        if (this.isCut(input.peer.ring)) return this.bury(input.link);
        this.peers.set(input.link, input.peer.ring);
        break;
      case 'frames':
      case 'closed':
        if (this.dead.has(input.link)) return;
        if (input.kind === 'closed') this.peers.delete(input.link);
        break;
      default:
    }
    this.core.step(input, clock);
  }

  ready(): Ready | null {
    const ready = this.core.ready();
    const hangups = this.hangups.splice(0);
    if (ready === null) return hangups.length === 0 ? null : { ...NOTHING, hangups };
    const messages = ready.messages.filter(({ link }) => !this.dead.has(link));
    return { ...ready, messages, hangups: [...ready.hangups, ...hangups] };
  }

  private lose(link: LinkId): void {
    this.peers.delete(link);
    this.ended.push(link);
    this.bury(link);
  }

  private bury(link: LinkId): void {
    this.dead.add(link);
    this.hangups.push(link);
  }
}

const NOTHING: Ready = {
  saves: null,
  messages: [],
  hangups: [],
  dials: [],
  grants: [],
  answers: [],
  events: [],
};
