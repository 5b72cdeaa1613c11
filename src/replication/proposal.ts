import { remainingLeaseMs } from './lease.js';
import { compareBallots, type Accept, type Accepted, type Prepare } from './messages.js';
import type { ServerId } from './server.js';
import { isMember, keepsLineage, type Member, type PartitionPolicy, type View } from './view.js';

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
 * Whether enough have accepted for the view to be chosen. A provisional view claims no agreement of the whole,
 * but all of its own members must have accepted it.
 */
export function isChosen(of: View, accept: Accept, policy: PartitionPolicy): boolean {
  const acceptors = new Set(accept.acceptedBy);
  if (keepsLineage(of, acceptors, new Set(accept.gone), policy)) return true;
  const { view } = accept;
  return view.provisional && view.members.every(({ id }) => acceptors.has(id) || !isMember(of, id));
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
  const members = fullFirst(withNewcomers(staying(prepare, present, gone), prepare));
  const primary = members[0];
  if (!primary || (!primary.full && mayHearCopy(prepare, present, gone))) return null;
  return {
    id: { number: rules.number, proposer: ballot.proposer },
    parent: of.id,
    ring: of.ring,
    members: members.map((member) => ({ ...member, last: Math.min(member.last, primary.last) })),
    start: primary.last,
    provisional: of.provisional || !inLineage,
    holdMs: longestLease(prepare, present, gone, rules.leaseMs),
  };
}

/**
 * Who goes on. Nobody leaves with the last full copy, and when everyone wishes to leave, the proposer is the last:
 * they ask again. But no view of leavers alone drops a member that is only silent: it may hold what they take away.
 */
function staying(prepare: Prepare, present: ReadonlySet<ServerId>, gone: ReadonlySet<ServerId>): Member[] {
  const { of, leavers, ballot } = prepare;
  const here = of.members.filter(({ id }) => present.has(id)).map((member) => renewed(member, prepare));
  const stayers = here.filter(({ id }) => !leavers.includes(id));
  if (stayers.length === 0) {
    const mayLive = of.members.some(({ id }) => !present.has(id) && !gone.has(id));
    return mayLive ? [] : here.filter(({ id }) => id === ballot.proposer);
  }
  return stayers.some(({ full }) => full)
    ? stayers
    : here.filter(({ id, full }) => full || !leavers.includes(id));
}

/** Members that are all still filling do not go on without the last copies while somebody may still hear one. */
function mayHearCopy(
  { of, objected }: Prepare,
  present: ReadonlySet<ServerId>,
  gone: ReadonlySet<ServerId>,
): boolean {
  return objected && of.members.some(({ id, full }) => full && !present.has(id) && !gone.has(id));
}

/** What the laps found out about a member that stays. */
function renewed(member: Member, { promises, filled }: Prepare): Member {
  const promise = promises.find((candidate) => candidate.member === member.id)!;
  return { ...member, last: promise.last, full: member.full || filled.includes(member.id) };
}

function withNewcomers(members: readonly Member[], { newcomers }: Prepare): Member[] {
  const joined = [...members];
  for (const { server, after, last, full } of newcomers) {
    const at = joined.findIndex(({ id }) => id === after);
    if (at >= 0) joined.splice(at + 1, 0, { ...server, last, full });
  }
  return joined;
}

/** A member that is not full does not lead while a full one lives. */
function fullFirst(members: readonly Member[]): Member[] {
  const leader = members.findIndex(({ full }) => full);
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
