import type { Downstream } from './downstream.js';
import { splitOf } from './history.js';
import type { Links } from './links.js';
import type { LinkId } from './interface.js';
import type { Invite, Join } from './messages.js';
import type { Server, ServerId } from './server.js';
import type { State } from './state.js';
import { heir, type Usher } from './usher.js';
import { isMember } from './view.js';

interface Caller {
  readonly join: Join;
  readonly link: LinkId;
  askedAt: number;
}

interface ReceptionHost {
  /** Who has a place in the present view has come back. */
  onReturned(): void;
  /** This server's ring is empty, and gives itself up for that of the server at this address. */
  dissolve(address: string): void;
}

const CALLERS_LIMIT = 64;

/**
 * Hears newcomers that ask this member to be taken in, and sends their wish round the ring to the member that
 * they will follow. A wish that was lost in a change of the view is sent again.
 */
export class Reception {
  private readonly callers = new Map<ServerId, Caller>();

  constructor(
    private readonly state: State,
    private readonly links: Links,
    private readonly downstream: Downstream,
    private readonly usher: Usher,
    private readonly host: ReceptionHost,
  ) {}

  join(link: LinkId, join: Join): void {
    const { newcomer } = join;
    if (this.links.incomingBy(link)?.peer.id !== newcomer.id) return this.links.hangup(link);
    const { view, ring, isEmptyFounder } = this.state;
    if (isEmptyFounder && join.ring !== 0 && join.ring !== ring) return this.host.dissolve(newcomer.ring);
    const refusal = this.refusal(join);
    if (refusal) return this.links.send(link, { kind: 'join-refused', reason: refusal });
    if (newcomer.was !== 0 && isMember(view!, newcomer.was)) return this.host.onReturned();
    if (isMember(view!, newcomer.id) || !join.yields) {
      return this.links.send(link, { kind: 'install', view: view!, isActive: true });
    }
    const caller = { join, link, askedAt: this.state.now };
    this.callers.set(newcomer.id, caller);
    this.announce(caller);
  }

  /** Handles an invitation here or passes it on. */
  invite(invite: Invite): void {
    const { self, view } = this.state;
    const next = heir(view!, invite);
    if (next?.id === self.id) this.usher.take(invite);
    else if (next) this.downstream.send(invite);
    else if (invite.host === self.id) this.turnAway(invite);
    else if (isMember(view!, invite.host)) this.downstream.send(invite);
  }

  /** This member could not reach the newcomer. */
  unreachable(invite: Invite): void {
    const { self, view, isActive } = this.state;
    if (isActive) this.invite({ ...invite, view: view!.id, failed: [...invite.failed, self.id] });
  }

  closed(link: LinkId): void {
    for (const [id, { link: own }] of this.callers) if (own === link) this.callers.delete(id);
  }

  installed(): void {
    const { view } = this.state;
    for (const [id, caller] of this.callers) {
      if (isMember(view!, id)) this.callers.delete(id);
      else this.announce(caller);
    }
  }

  tick(): void {
    const { now, options } = this.state;
    for (const caller of this.callers.values()) {
      if (now - caller.askedAt > options.suspectAfterMs) this.announce(caller);
    }
  }

  private announce(caller: Caller): void {
    const { self, view, isActive, now } = this.state;
    caller.askedAt = now;
    const { newcomer, lacks } = caller.join;
    if (!isActive || this.isOccupied(newcomer)) return;
    const base = this.baseFor(caller.join);
    this.invite({ kind: 'invite', view: view!.id, newcomer, base, lacks, host: self.id, failed: [] });
  }

  /** What the newcomer need not be sent: all that was committed where it comes from, if that is also committed here. */
  private baseFor({ ring, watermark, history }: Join): number {
    const { state } = this;
    if (ring !== state.ring || watermark < state.catalogue.floor) return 0;
    return watermark <= splitOf(history, state.history).since ? watermark : 0;
  }

  /** Its former incarnation has to be found dead first; its predecessor does that. */
  private isOccupied(newcomer: Server): boolean {
    return this.state.view!.members.some(({ ring }) => ring === newcomer.ring);
  }

  private turnAway({ newcomer }: Invite): void {
    const caller = this.callers.get(newcomer.id);
    this.callers.delete(newcomer.id);
    const reason = `no member of the ring can connect to ${newcomer.ring}; set ADVERTISE_RING to an address that they reach`;
    if (caller) this.links.send(caller.link, { kind: 'join-refused', reason });
  }

  private refusal({ newcomer, ring }: Join): string | null {
    const { phase, view } = this.state;
    if (phase !== 'member') return 'this server is not in the ring itself yet';
    if (this.callers.size >= CALLERS_LIMIT) return 'too many servers are joining; it will be tried again';
    if (newcomer.ring === this.state.self.ring) {
      return `it advertises ${newcomer.ring}, the ring address of this very member; set its ADVERTISE_RING`;
    }
    if (ring !== 0 && ring !== view!.ring) {
      return 'it has the data of another ring than this one; point its PEER to a member of its own ring, or start it with an empty DATA_DIR';
    }
    const namesake = view!.members.find(({ name }) => name === newcomer.name);
    if (!namesake || namesake.ring === newcomer.ring) return null;
    return `the name ${newcomer.name} is taken by the server at ${namesake.ring}; give this one another NAME`;
  }
}
