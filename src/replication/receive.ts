import type { LinkId } from './interface.js';
import type {
  Accept,
  BlobMessage,
  BlobWant,
  ChoiceMessage,
  Install,
  Message,
  NeighbourMessage,
  Prepare,
  ViewMessage,
} from './messages.js';
import type { Parts } from './parts.js';
import type { State } from './state.js';
import { isMember, outranks, sameView, type View } from './view.js';

/** What frames may lead to. */
export interface ReceiveHost {
  /** Goes on in this view, or towards it if it is active, when it is to be followed; false otherwise. */
  follow(view: View, link: LinkId, isActive: boolean): boolean;
  install(view: View): void;
  /** A ring of another id. */
  met(view: View): void;
}

/** Handles the frames of one link in their order; true when the connections may have to change for them. */
export function receive(
  parts: Parts,
  link: LinkId,
  messages: readonly Message[],
  host: ReceiveHost,
): boolean {
  let rewired = false;
  for (const message of messages) {
    if (parts.state.phase === 'left') break;
    switch (message.kind) {
      case 'prepare':
      case 'accept':
      case 'install':
        receiveChoice(parts, link, message, host);
        rewired = true;
        break;
      case 'probe':
      case 'probe-answer':
      case 'join':
      case 'join-refused':
      case 'state':
      case 'state-answer':
        receiveFromNeighbour(parts, link, message);
        rewired = true;
        break;
      case 'blob-want':
        if (isFromSuccessor(parts, link, message)) parts.streams.wanted(message);
        break;
      default:
        if (isCurrent(parts, link, message)) receiveInView(parts, link, message);
        rewired ||= message.kind === 'invite';
    }
  }
  return rewired;
}

/** A frame of a view is handled in that view only, and only from the predecessor there. */
function isCurrent({ state, links }: Parts, link: LinkId, { view }: ViewMessage): boolean {
  const { place } = state;
  if (!place || state.sealed || !sameView(view, place.view.id)) return false;
  return links.incomingBy(link)?.peer.id === place.predecessor.id;
}

/** The one frame of a view that goes back. */
function isFromSuccessor({ state, downstream }: Parts, link: LinkId, { view }: BlobWant): boolean {
  const { place } = state;
  return !!place && !state.sealed && sameView(view, place.view.id) && downstream.isLink(link);
}

function receiveInView(parts: Parts, link: LinkId, message: ViewMessage): void {
  const { chain, beats, lookups, reception, reads } = parts;
  switch (message.kind) {
    case 'submit':
      return chain.submit(message);
    case 'append':
      return chain.append(message);
    case 'stored':
      return chain.stored(message);
    case 'watermark':
      return chain.watermark(message);
    case 'heartbeat':
      reads.stir();
      return beats.heard(message);
    case 'lookup':
      return lookups.lookup(message);
    case 'found':
      return lookups.found(message);
    case 'invite':
      return reception.invite(message);
    default:
      return receiveBlob(parts, link, message);
  }
}

function receiveBlob({ streams }: Parts, link: LinkId, message: BlobMessage): void {
  switch (message.kind) {
    case 'blob-open':
      return streams.opened(link, message);
    case 'blob-piece':
      return streams.piece(message);
    case 'blob-progress':
      return streams.progress(message);
    case 'blob-refused':
      return streams.refused(message);
    case 'blob-live':
      return streams.live(message);
  }
}

function receiveFromNeighbour(parts: Parts, link: LinkId, message: NeighbourMessage): void {
  const { state, links, reception, newcomer, usher } = parts;
  switch (message.kind) {
    case 'probe':
      return links.send(link, { kind: 'probe-answer', stamp: message.stamp });
    case 'probe-answer':
      return;
    case 'join':
      return reception.join(link, message);
    case 'join-refused':
      return turnedAway(parts, link, message.reason);
    case 'state':
      if (isOutside(state)) newcomer.receive(link, message);
      return;
    case 'state-answer':
      return usher.answered(message, links.outgoingBy(link)?.address ?? '');
  }
}

function turnedAway({ state, links, newcomer }: Parts, link: LinkId, reason: string): void {
  const address = links.outgoingBy(link)?.address;
  if (!isOutside(state) || address === undefined) return;
  state.effects.emit({ kind: 'join-refused', reason });
  newcomer.failed(address);
}

function receiveChoice(parts: Parts, link: LinkId, message: ChoiceMessage, host: ReceiveHost): void {
  const { state, links } = parts;
  if (state.phase === 'joining') return receiveAsNewcomer(parts, link, message, host);
  if (message.kind === 'install') return receiveInstall(parts, link, message, host);
  const isFollowed = sameView(message.of.id, state.view!.id) || host.follow(message.of, link, true);
  if (state.view && sameView(message.of.id, state.view.id)) return takePart(parts, message);
  if (isFollowed && state.phase !== 'returning') return;
  links.send(link, { kind: 'install', view: state.view!, isActive: state.phase === 'member' });
}

/** Who is behind, or outranked, is told what stands; who went on alone is passed over. */
function receiveInstall(parts: Parts, link: LinkId, { view, isActive }: Install, host: ReceiveHost): void {
  const { state, links, chooser } = parts;
  const current = state.view!;
  if (view.ring !== current.ring) return host.met(view);
  if (host.follow(view, link, isActive)) return;
  if (view.provisional || !isActive) chooser.courier.passOver(link);
  if (state.phase !== 'member' || sameView(view.id, current.id)) return;
  const isApart = view.provisional && !current.provisional;
  if (isApart || outranks(current, view))
    links.send(link, { kind: 'install', view: current, isActive: true });
}

function takePart({ chooser }: Parts, message: Prepare | Accept): void {
  if (message.kind === 'prepare') chooser.prepare(message);
  else chooser.accept(message);
}

/**
 * A newcomer has no vote: it passes the laps on, and enters the view that they choose. When the members are
 * already at the view after that one, the lap itself tells it that the view with it stands.
 */
function receiveAsNewcomer(parts: Parts, link: LinkId, message: ChoiceMessage, host: ReceiveHost): void {
  const { newcomer } = parts;
  const { id } = parts.state.self;
  if (newcomer.isCommitted && message.kind !== 'install' && isMember(message.of, id)) {
    host.install(message.of);
    takePart(parts, message);
  } else if (message.kind === 'prepare') {
    passPrepare(parts, link, message);
  } else if (newcomer.isCommitted && isMember(message.view, id)) {
    if (message.kind === 'accept') parts.chooser.accept(message);
    else host.install(message.view);
  } else if (message.kind === 'install') {
    if (message.view.provisional || !message.isActive) parts.chooser.courier.passOver(link);
    newcomer.passedOver(message);
  }
}

/**
 * A prepare that vouches for a state which this server has not, or for a former incarnation, is answered by the end of the link.
 * The others hear of its vote by what it says itself, as it is now.
 */
function passPrepare({ state, links, chooser, newcomer }: Parts, link: LinkId, message: Prepare): void {
  const own = message.newcomers.find(({ server }) => server.id === state.self.id);
  if (!own || !newcomer.isUsher(link)) return links.hangup(link);
  newcomer.commit(message.of, (vote) => {
    const newcomers = message.newcomers.map((one) => (one === own ? { ...own, vote } : one));
    chooser.passPrepare({ ...message, newcomers }, own.after);
  });
}

function isOutside({ phase }: State): boolean {
  return phase === 'joining' || phase === 'returning';
}
