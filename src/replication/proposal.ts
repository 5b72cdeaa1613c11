import { remainingLeaseMs } from './lease.js';
import { compareBallots, type Accept, type Accepted, type Prepare } from './messages.js';
import type { Vote } from './saved.js';
import { standsFor, type ServerId } from './server.js';
import {
  idsOf,
  isMember,
  isQuorumOf,
  keepsLineage,
  sameView,
  standsInFor,
  type Member,
  type PartitionPolicy,
  type Root,
  type View,
} from './view.js';

/** A member of the next view, before it is known who leads and whether it is one of the lineage. */
interface Candidate extends Omit<Member, 'vote'> {
  readonly hasComeBack: boolean;
  /** As whom it may speak in this root. */
  readonly vote: (root: Root) => ServerId;
}

interface Rules {
  readonly policy: PartitionPolicy;
  readonly leaseMs: number;
  /** Number of the proposed view, if it has to be a new one. */
  readonly number: number;
}

/**
 * What a proposer proposes once its prepare lap is back: the newest proposal that a member may have accepted,
 * else a view of its own; null when too few answered for either.
 */
export function propose(prepare: Prepare, rules: Rules): View | null {
  const present = new Set(prepare.promises.map(({ member }) => member));
  const gone = new Set(prepare.accused.filter((accused) => accused.gone).map(({ id }) => id));
  const inLineage = keepsLineage(prepare.of, present, gone, rules.policy);
  const accepted = newestAccepted(prepare);
  if (inLineage && accepted) return accepted.view;
  if (!inLineage && (rules.policy === 'primary' || prepare.objected)) return null;
  return compose(prepare, present, gone, inLineage, rules);
}

/**
 * Whether enough have accepted for the view to be chosen. A provisional view claims no agreement of the whole, and one that
 * comes back to the lineage that of others than its parent, and one that people declare to be the lineage that of people: but all
 * of its own members must have accepted it.
 */
export function isChosen(of: View, accept: Accept, policy: PartitionPolicy, adopts = false): boolean {
  const acceptors = new Set(accept.acceptedBy);
  if (!of.provisional && keepsLineage(of, acceptors, new Set(accept.gone), policy)) return true;
  const { view } = accept;
  const isOutside = view.provisional || of.provisional || adopts;
  return isOutside && view.members.every((member) => hasAccepted(of, member, acceptors));
}

/** A newcomer has no voice in the view before. */
function hasAccepted(of: View, member: Member, acceptors: ReadonlySet<ServerId>): boolean {
  const place = [member.id, member.was].find((id) => isMember(of, id));
  return place === undefined || acceptors.has(place);
}

/** A provisional view that few accepted was never chosen by a quorum of the lineage, and binds nobody there. */
function newestAccepted(prepare: Prepare): Accepted | null {
  return prepare.promises.reduce<Accepted | null>((newest, { accepted }) => {
    if (!accepted || (accepted.view.provisional && !prepare.of.provisional)) return newest;
    return newest && compareBallots(newest.ballot, accepted.ballot) >= 0 ? newest : accepted;
  }, null);
}

function compose(
  prepare: Prepare,
  present: ReadonlySet<ServerId>,
  gone: ReadonlySet<ServerId>,
  inLineage: boolean,
  rules: Rules,
): View | null {
  const { of, ballot } = prepare;
  const members = leaderFirst(withNewcomers(staying(prepare, present, gone), prepare));
  const primary = members[0];
  if (!primary || (!primary.full && mayHearCopy(prepare, present, gone))) return null;
  const root = rootAfter(prepare, inLineage, members);
  return {
    id: { number: rules.number, proposer: inThisLife(prepare, ballot.proposer) },
    parent: of.id,
    ring: of.ring,
    members: members.map((member) => settled(member, primary, root)),
    start: primary.last,
    provisional: root !== null,
    root,
    holdMs: longestLease(prepare, present, gone, rules.leaseMs),
  };
}

/** One who has come back does not know which views it named before. */
function inThisLife({ promises }: Prepare, proposer: ServerId): ServerId {
  return promises.find(({ member }) => member === proposer)?.as?.id ?? proposer;
}

/**
 * The root of the next view, null when it is in the lineage: there it stays with a quorum, and there it comes back when a quorum
 * of the root is together again in it, none of whom knows of another view that may have been chosen after the root.
 */
function rootAfter(
  { of, promises }: Prepare,
  inLineage: boolean,
  members: readonly Candidate[],
): Root | null {
  if (promises.some(({ adopts }) => adopts)) return null;
  if (of.root === null) return inLineage ? null : { id: of.id, members: idsOf(of) };
  const { root } = of;
  // Only who is a member of the next view has to accept it, and is bound by that.
  const votes = new Set(members.map(({ vote }) => vote(root)));
  return isQuorumOf(root.members, votes) ? null : root;
}

/** As whom the holder of this vote may speak in the root; 0 when it may not. */
function voteIn(root: Root, vote: Vote | null): ServerId {
  return vote && !vote.isBound && sameView(vote.view, root.id) ? vote.as : 0;
}

/** A member as it begins in the view that was composed. Who has come back with less than the primary has to be filled. */
function settled(member: Candidate, primary: Candidate, root: Root | null): Member {
  const { hasComeBack, vote, ...rest } = member;
  const full = member.full && !(hasComeBack && member.last < primary.last);
  return { ...rest, full, last: Math.min(member.last, primary.last), vote: root === null ? 0 : vote(root) };
}

/**
 * Who goes on. Nobody leaves with the last full copy (of bodies, or at a gateway of the log), and when everyone wishes to leave, the proposer is the last:
 * they ask again. But no view of leavers alone drops a member that is only silent: it may hold what they take away.
 */
function staying(prepare: Prepare, present: ReadonlySet<ServerId>, gone: ReadonlySet<ServerId>): Candidate[] {
  const { of, leavers, ballot } = prepare;
  const places = new Map<ServerId, Candidate>();
  for (const { id } of of.members) {
    const candidate = present.has(id) ? renewed(id, prepare) : null;
    if (candidate) places.set(id, candidate);
  }
  const stayers = [...places].filter(([id]) => !leavers.includes(id)).map(([, member]) => member);
  if (stayers.length === 0) {
    const mayLive = of.members.some(({ id }) => !places.has(id) && !gone.has(id));
    const last = places.get(ballot.proposer);
    return mayLive || !last ? [] : [last];
  }
  const isNeeded = (member: Candidate): boolean =>
    member.full && !stayers.some((one) => standsInFor(one, member));
  return [...places]
    .filter(([id, member]) => !leavers.includes(id) || isNeeded(member))
    .map(([, member]) => member);
}

/** Members that are all still filling do not go on without the last copies while somebody may still hear one. */
function mayHearCopy(
  { of, objected }: Prepare,
  present: ReadonlySet<ServerId>,
  gone: ReadonlySet<ServerId>,
): boolean {
  return objected && of.members.some(({ id, full }) => full && !present.has(id) && !gone.has(id));
}

/** What the laps found out about a member that stays; null when it cannot. */
function renewed(id: ServerId, { of, promises, filled }: Prepare): Candidate | null {
  const member = of.members.find((candidate) => candidate.id === id)!;
  const { as, isDamaged, lacks, adopts, last, accepted } = promises.find((promise) => promise.member === id)!;
  // A disk that lost what was acknowledged is no better than one that cannot be read.
  const sound = promises.filter((promise) => !promise.isDamaged || promise.adopts);
  const isBehind = as !== null && last < Math.max(...sound.map(({ watermark }) => watermark));
  if ((isDamaged && !adopts) || isBehind) return null;
  const isBound = accepted?.view.provisional === false;
  return {
    ...(as ?? { ...member, was: 0 }),
    full: (member.full || filled.includes(id)) && !lacks,
    last,
    hasComeBack: as !== null,
    vote: (root) => {
      if (isBound) return 0;
      return sameView(root.id, of.id) ? id : member.vote;
    },
  };
}

function withNewcomers(members: readonly Candidate[], { newcomers }: Prepare): Candidate[] {
  const joined = [...members];
  for (const { server, after, last, full, vote } of newcomers) {
    const at = joined.findIndex((member) => standsFor(member, after));
    const newcomer: Candidate = {
      ...server,
      was: 0,
      full,
      last,
      hasComeBack: false,
      vote: (root) => voteIn(root, vote),
    };
    if (at >= 0) joined.splice(at + 1, 0, newcomer);
  }
  return joined;
}

/**
 * A member that is not full does not lead while a full one lives. Of the full ones the first with the longest log leads: among
 * members that have never stopped that is the first, as nobody has less than those behind it.
 */
function leaderFirst(members: readonly Candidate[]): Candidate[] {
  const copies = members.filter(({ full }) => full);
  const longest = Math.max(...(copies.length > 0 ? copies : members).map(({ last }) => last));
  const leader = members.findIndex(({ full, last }) => full === copies.length > 0 && last === longest);
  if (leader <= 0) return [...members];
  const rest = members.filter((_, index) => index !== leader);
  return [members[leader]!, ...rest];
}

/** Who is neither here nor certainly gone may go on reading as long as its lease runs. */
function longestLease(
  prepare: Prepare,
  present: ReadonlySet<ServerId>,
  gone: ReadonlySet<ServerId>,
  leaseMs: number,
): number {
  const remaining = prepare.of.members.map(({ id }, index) => {
    if (present.has(id) || gone.has(id)) return 0;
    return Math.max(0, ...prepare.promises.map(({ ages }) => remainingLeaseMs(leaseMs, ages[index] ?? -1)));
  });
  return Math.max(0, ...remaining, ...prepare.promises.map(({ holdMs }) => holdMs));
}
