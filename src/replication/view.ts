import type { Server, ServerId } from './server.js';

/** Number and proposer are unique together: two partitions may both choose a view with the same number. */
export interface ViewId {
  readonly number: number;
  readonly proposer: ServerId;
}

export interface Member extends Server {
  /** Holds every body that it must hold. A member that is not full never leads while a full one lives. */
  readonly full: boolean;
  /** Its last revision when the view was chosen; its predecessor sends what follows. */
  readonly last: number;
}

/**
 * The ordered members of the ring, agreed upon by the members of the view before (Vertical Paxos,
 * Lamport, Malkhi & Zhou 2009). `members[0]` is the primary, the head of the chain.
 */
export interface View {
  readonly id: ViewId;
  readonly parent: ViewId | null;
  /** Made once, by the founder. */
  readonly ring: number;
  readonly members: readonly Member[];
  /** The primary's last revision when the view was chosen. Whoever has more drops it. */
  readonly start: number;
  /** Chosen without a quorum of its parent: outside the lineage. Every child of such a view is so too. */
  readonly provisional: boolean;
  /** Milliseconds from its installation in which the watermark stays: a dropped member may still hold a read lease. */
  readonly holdMs: number;
}

export const NO_VIEW: ViewId = { number: 0, proposer: 0 };

export function sameView(a: ViewId, b: ViewId): boolean {
  return a.number === b.number && a.proposer === b.proposer;
}

export function indexOf(view: View, id: ServerId): number {
  return view.members.findIndex((member) => member.id === id);
}

export function isMember(view: View, id: ServerId): boolean {
  return indexOf(view, id) >= 0;
}

export function primaryOf(view: View): Member {
  return view.members[0]!;
}

/** The member after `id`; its own, when it is alone. */
export function successorOf(view: View, id: ServerId): Member {
  return view.members[(indexOf(view, id) + 1) % view.members.length]!;
}

export function predecessorOf(view: View, id: ServerId): Member {
  const { members } = view;
  return members[(indexOf(view, id) + members.length - 1) % members.length]!;
}

/** The other members in ring order, from the successor of `id` on. */
export function othersAfter(view: View, id: ServerId): Member[] {
  const at = indexOf(view, id);
  return [...view.members.slice(at + 1), ...view.members.slice(0, Math.max(at, 0))];
}

/** More than half of the view, or exactly half with its first member (corosync's votequorum tie-breaker). */
export function isQuorum(view: View, present: ReadonlySet<ServerId>): boolean {
  const count = view.members.filter((member) => present.has(member.id)).length;
  const twice = 2 * count;
  const size = view.members.length;
  return twice > size || (twice === size && present.has(primaryOf(view).id));
}

/**
 * Whether a choice made by `present` stays in the lineage: a quorum does. Under `available` so does the other half
 * when every member of the first half is certainly gone. (One of them alive could have chosen with those that died.)
 */
export function keepsLineage(
  view: View,
  present: ReadonlySet<ServerId>,
  gone: ReadonlySet<ServerId>,
  policy: PartitionPolicy,
): boolean {
  if (isQuorum(view, present)) return true;
  if (policy === 'primary' || 2 * present.size < view.members.length) return false;
  return view.members.every(({ id }) => present.has(id) || gone.has(id));
}

export type PartitionPolicy = 'available' | 'primary';

/** The index at which a newcomer goes in: behind its equals in priority, never before the present primary. */
export function placeFor(members: readonly Server[], newcomer: Server): number {
  let place = 1;
  while (place < members.length && members[place]!.priority >= newcomer.priority) place++;
  return place;
}

/**
 * Whether a member of `current` gives it up for `view`: a child of it, or a later view of the lineage. Who is
 * left out of a provisional view does not follow it: the lineage may still be on its side. Who is in a provisional
 * view comes back to the lineage, unless something was written apart from it.
 */
export function supersedes(
  view: View,
  current: View,
  self: ServerId,
  apart: { readonly lineage: number; readonly wrote: boolean },
): boolean {
  if (view.ring !== current.ring) return false;
  if (view.provisional && !current.provisional && !isMember(view, self)) return false;
  if (view.parent && sameView(view.parent, current.id)) return true;
  if (view.provisional) return false;
  if (!current.provisional) return view.id.number > current.id.number;
  return !apart.wrote && view.id.number > apart.lineage && !isMember(view, self);
}

/** Whether the lineage has gone on since this view. */
export function isOlder(view: View, current: View): boolean {
  if (view.ring !== current.ring || view.provisional || current.provisional) return false;
  return view.id.number < current.id.number;
}
