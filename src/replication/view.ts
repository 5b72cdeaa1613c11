import { stores, type Server, type ServerId } from './server.js';

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
  /** In a provisional view: as whom it may still speak in the root of that view; 0 when it may not. */
  readonly vote: ServerId;
}

/** The last view of the lineage that a provisional view goes back to. */
export interface Root {
  readonly id: ViewId;
  /** Its members, in their order. */
  readonly members: readonly ServerId[];
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
  /** Chosen without a quorum of its parent: outside the lineage. So is every child of it, until a quorum of the root is together again. */
  readonly provisional: boolean;
  /** null for a view of the lineage. */
  readonly root: Root | null;
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

/**
 * As whom this server is a member: as itself, as whom it was before it came back, or as whom it came back once before, in a view
 * of which it then learned nothing. null: it is none.
 */
export function placeOf({ members }: View, { id, was }: Server): ServerId | null {
  const itself = members.find((member) => member.id === id);
  const former = was === 0 ? undefined : members.find((member) => member.id === was || member.was === was);
  return (itself ?? former)?.id ?? null;
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

/** undefined: it is no member. */
export function nameOf(view: View, id: ServerId): string | undefined {
  return view.members.find((member) => member.id === id)?.name;
}

/** More than half of the view, or exactly half with its first member (corosync's votequorum tie-breaker). */
export function isQuorum(view: View, present: ReadonlySet<ServerId>): boolean {
  return isQuorumOf(idsOf(view), present);
}

/** The same of the members of a view, in their order. */
export function isQuorumOf(members: readonly ServerId[], present: ReadonlySet<ServerId>): boolean {
  const twice = 2 * members.filter((id) => present.has(id)).length;
  return twice > members.length || (twice === members.length && present.has(members[0]!));
}

/** Whether this member has what goes with `leaver`: all that is not committed, and the bodies that everyone is to keep, if that one keeps any. */
export function standsInFor(
  member: Pick<Member, 'full' | 'capacity'>,
  leaver: Pick<Member, 'capacity'>,
): boolean {
  return member.full && (stores(member) || !stores(leaver));
}

/** Whether this member has the bodies that everyone is to keep, and nobody else has all of them. */
export function hasLastBodies({ members }: View, index: number): boolean {
  const own = members[index]!;
  return own.full && stores(own) && !members.some((other) => other !== own && standsInFor(other, own));
}

export function idsOf({ members }: View): ServerId[] {
  return members.map(({ id }) => id);
}

/** The number of the last view of the lineage that it goes back to: its own, if it is one. */
export function rootNumber({ id, root }: View): number {
  return root?.id.number ?? id.number;
}

/**
 * Whether a choice made by `present` stays in the lineage: a quorum does. Under `available` so does the other half
 * when every member of the first half is certainly gone. (One of them alive could have chosen with those that died.)
 * A server with a disk is never gone for good: it may come back with what they chose.
 */
export function keepsLineage(
  view: View,
  present: ReadonlySet<ServerId>,
  gone: ReadonlySet<ServerId>,
  policy: PartitionPolicy,
): boolean {
  if (isQuorum(view, present)) return true;
  if (policy === 'primary' || 2 * present.size < view.members.length) return false;
  return view.members.every(({ id, durable }) => present.has(id) || (gone.has(id) && !durable));
}

export type PartitionPolicy = 'available' | 'primary';

/** The index at which a newcomer goes in: behind its equals in priority, never before the present primary. */
export function placeFor(members: readonly Server[], newcomer: Server): number {
  let place = 1;
  while (place < members.length && members[place]!.priority >= newcomer.priority) place++;
  return place;
}

/**
 * Whether a member of `current` gives it up for `view`: a child of it, or one that ranks higher. Who is left out of a
 * provisional view does not follow it: the lineage may still be on its side. Who is in a provisional view enters no other
 * than a child of it: it waits until it is left out, and joins.
 */
export function supersedes(view: View, current: View, self: ServerId): boolean {
  if (view.ring !== current.ring || sameView(view.id, current.id)) return false;
  if (view.provisional && !current.provisional) return isChild(view, current) && isMember(view, self);
  if (isChild(view, current)) return true;
  return !(current.provisional && isMember(view, self)) && outranks(view, current);
}

/**
 * Which of two views of one ring is left for the other: the one that goes back to an older view of the lineage; if both go
 * back to the same one, the lineage is not left; of two that are outside of it, or that people declared to be it, the smaller; of
 * equals, that whose primary has the higher id.
 */
export function outranks(view: View, current: View): boolean {
  const rank = rootNumber(view) - rootNumber(current);
  if (rank !== 0 || view.provisional !== current.provisional) return rank > 0;
  const size = view.members.length - current.members.length;
  return size === 0 ? primaryOf(view).id < primaryOf(current).id : size > 0;
}

/** Whether a server that has come back, and serves nobody yet, takes a ring in this view for the one to join. */
export function isWorthJoining(view: View, own: View): boolean {
  return view.ring === own.ring && rootNumber(view) >= rootNumber(own) && !sameView(view.id, own.id);
}

/** Whether a member of the provisional view `current` has left the lineage, which goes on in `view`, though it is a member there. */
export function hasGoneApart(view: View, current: View): boolean {
  return view.ring === current.ring && current.provisional && !view.provisional && outranks(view, current);
}

export function isChild(view: View, parent: View): boolean {
  return view.parent !== null && sameView(view.parent, parent.id);
}

/** Whether the lineage has gone on since this view. */
export function isOlder(view: View, current: View): boolean {
  if (view.ring !== current.ring || view.provisional || current.provisional) return false;
  return view.id.number < current.id.number;
}
