import type { OwnWrites } from './own-writes.js';
import { withStep } from './history.js';
import type { Parts } from './parts.js';
import type { Server } from './server.js';
import { placeIn } from './state.js';
import { isMember, placeOf, type View } from './view.js';
import { voteOf } from './vote.js';

/** The first view of a ring: its founder, alone. */
export function foundingView(founder: Server, ring: number): View {
  return {
    id: { number: 1, proposer: founder.id },
    parent: null,
    ring,
    members: [{ ...founder, full: true, last: 0, vote: 0 }],
    start: 0,
    provisional: false,
    root: null,
    holdMs: 0,
  };
}

/** What a view begins without. */
const BEGINNING = { sealed: false, isDamaged: false, adopts: false };

/** Tells the neighbours that are not in the next view that it goes on without them. */
export function departed({ state, links }: Parts, view: View): void {
  const leaves = placeOf(view, state.self) === null;
  const isTold = (id: number): boolean =>
    leaves || (!!state.view && isMember(state.view, id) && !isMember(view, id));
  for (const { link, peer } of links.allUp())
    if (isTold(peer!.id)) links.send(link!, { kind: 'install', view, isActive: true });
  for (const { link, peer } of links.allIncoming())
    if (isTold(peer.id)) links.send(link, { kind: 'install', view, isActive: true });
}

/**
 * Goes over to a view: drops what its primary does not have, then tells the successor of the view, sends it
 * what it lacks, and lets every part start anew. Nothing that came before is handled after it.
 */
export function enterView(parts: Parts, own: OwnWrites, view: View): void {
  const { state, downstream } = parts;
  const previous = state.view;
  const vote = view.provisional ? voteOf(parts) : null;
  const left = parts.chooser.leaversOf(view);
  const leavers = left && left.map(({ id }) => id);
  dropExcess(parts, own, view);
  const self = { ...state.self, was: 0 };
  const place = placeIn(view, self.id);
  const history = withStep(state.history, view);
  Object.assign(state, { self, place, history, vote, ring: view.ring, phase: 'member', ...BEGINNING });
  // What is acknowledged in this view is lost with it: so it counts as stored only once the view is.
  state.journal.note(state.placeFact(view));
  state.journal.setBack(state.catalogue.watermark);
  state.journal.loaded(state.catalogue.last);
  state.effects.emit({ kind: 'view', view, previous, leavers });
  state.origins.retain((id) => place.indexes.has(id));
  parts.beats.lease.retain((id) => place.indexes.has(id));
  parts.chooser.installed(view);
  downstream.reset();
  if (!place.isAlone) downstream.send({ kind: 'install', view, isActive: true });
  parts.streams.installed();
  parts.uploads.installed();
  parts.placing.installed();
  parts.copies.installed();
  parts.chain.installed(place);
  parts.beats.installed(place);
  parts.cache.installed();
  parts.lookups.installed();
  parts.fetches.installed();
  parts.reads.installed();
  parts.knocks.installed(view, previous, left ?? [], [...parts.newcomer.addresses, ...state.options.peers]);
  parts.usher.installed(view);
  parts.reception.installed();
  downstream.open();
}

/** Drops what the primary of a view does not have. */
export function dropExcess({ state, streams }: Parts, own: OwnWrites, view: View): void {
  if (state.catalogue.last <= view.start) return;
  const dropped = state.catalogue.truncate(view.start);
  state.journal.truncated(view.start);
  state.journal.marked();
  state.origins.rollback(dropped);
  state.idempotency.rollback(dropped);
  for (const record of dropped) {
    if (record.origin === state.self.id) own.dropped(record);
    if (record.blob !== 0) streams.detach(record);
  }
}
