import type { LinkId } from './interface.js';
import type { Parts } from './parts.js';
import { standsFor, type Server } from './server.js';

/** A link on which nothing came for so long, and for so many probes, is one of which the other side knows nothing any more. */
const FORGET_LINK_MS = 30_000;
const FORGET_LINK_PROBES = 5;

/**
 * Keeps this server connected to those it has to talk to, and watches over its successor: the one after it in
 * the ring, a newcomer that it takes in, the next stop of a lap, or, before it is a member, whom it asks.
 */
export class Neighbourhood {
  private probedAt = -Infinity;

  constructor(private readonly parts: Parts) {}

  /** Dials and hangs up until the connections are those that are needed now. */
  connect(): void {
    const { state, links, downstream } = this.parts;
    if (state.phase === 'left') return;
    links.want(this.wanted(), state.now);
    downstream.open();
  }

  linked(address: string, link: LinkId, peer: Server): void {
    const { state, links, chooser, usher, newcomer, knocks } = this.parts;
    if (state.phase === 'left') return links.refuse(link);
    if (!links.linked(address, link, peer, state.now)) return;
    chooser.courier.returned(peer);
    if (state.phase === 'member' && state.place!.successor.ring === address)
      this.successorLinked(address, link, peer);
    chooser.courier.linked(address);
    usher.linked(address);
    knocks.linked(address, link);
    if (this.isOutside) newcomer.linked(address, link);
  }

  accepted(link: LinkId, peer: Server): void {
    const { state, links, chooser } = this.parts;
    links.accepted(link, peer, state.now);
    chooser.courier.returned(peer);
  }

  dialFailed(address: string, gone: boolean): void {
    if (this.parts.state.phase === 'left') return;
    const { state, links, chooser, usher, newcomer } = this.parts;
    if (!links.dialFailed(address, state.now)) return;
    const { place } = state;
    const isSuccessor = state.phase === 'member' && !place!.isAlone && place!.successor.ring === address;
    if (gone && isSuccessor) this.suspect(true);
    chooser.courier.dialFailed(address, gone);
    usher.dialFailed(address);
    if (this.isOutside) newcomer.failed(address);
  }

  closed(link: LinkId): void {
    if (this.parts.state.phase === 'left') return;
    const { links, downstream, chooser, usher, reception, newcomer } = this.parts;
    const outgoing = links.closed(link);
    if (outgoing) {
      downstream.closed(link);
      chooser.courier.closed(link, outgoing.address);
      usher.closed(outgoing.address);
    }
    reception.closed(link);
    if (this.isOutside) newcomer.closed(link);
  }

  tick(): void {
    const { state, links } = this.parts;
    const { place, isActive, options } = state;
    links.dropSilentIncoming(
      state.now - Math.max(FORGET_LINK_MS, FORGET_LINK_PROBES * options.probeIntervalMs),
    );
    this.probe();
    if (!place || place.isAlone || !isActive) return;
    const heardAt = links.lastHeard(place.successor.ring) ?? state.now;
    if (state.now - heardAt > options.suspectAfterMs) this.suspect(false);
  }

  private wanted(): Set<string> {
    const { state, usher, newcomer, chooser } = this.parts;
    const { place } = state;
    const { courier } = chooser;
    const addresses = new Set<string>();
    const add = (address: string | null): void => void (address !== null && addresses.add(address));
    for (const address of courier.targets()) add(address);
    for (const address of courier.asked) add(address);
    if (this.isOutside) {
      add(newcomer.target);
      add(newcomer.successor);
    }
    if (state.phase !== 'member') return addresses;
    add(usher.target);
    add(this.parts.knocks.target);
    if (place && !place.isAlone && !courier.unreachable.has(place.successor.id)) add(place.successor.ring);
    return addresses;
  }

  private get isOutside(): boolean {
    const { phase } = this.parts.state;
    return phase === 'joining' || phase === 'returning';
  }

  /** A link that broke is not resumed: the next view, perhaps with the same members, repairs what was lost. */
  private successorLinked(address: string, link: LinkId, peer: Server): void {
    const { state, chooser, downstream } = this.parts;
    const { successor } = state.place!;
    if (!standsFor(peer, successor.id)) {
      this.suspect(true);
      chooser.consult(address, link);
    } else if (peer.id !== successor.id) {
      // It has come back with its state: the next view has it in its old place.
      chooser.act();
    } else if (downstream.isBroken) chooser.act();
    else downstream.open();
  }

  private suspect(gone: boolean): void {
    const { state, chooser } = this.parts;
    const { successor } = state.place!;
    if (chooser.courier.unreachable.has(successor.id)) return;
    const reason = gone
      ? 'its process is gone'
      : `nothing was heard of it for ${state.options.suspectAfterMs} ms`;
    state.effects.emit({ kind: 'suspected', server: successor, reason });
    chooser.accuse(successor.id, gone);
  }

  private probe(): void {
    const { state, links } = this.parts;
    if (state.now - this.probedAt < state.options.probeIntervalMs) return;
    this.probedAt = state.now;
    for (const { link } of links.allUp()) links.send(link!, { kind: 'probe', stamp: Math.floor(state.now) });
  }
}
