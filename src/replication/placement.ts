import { compareKeys } from './key-order.js';
import { EVERYONE, type LogRecord } from './record.js';

/** A member that may be given copies. */
export interface Candidate {
  readonly name: string;
  /** What it keeps of the objects that name their holders. */
  readonly bytes: number;
  /** Once it keeps so many, others come first. */
  readonly capacity: number;
}

/** What the primary knows of those that may keep something. */
export interface Situation {
  /** Members that keep bodies, and have all that they are to have. */
  readonly candidates: readonly Candidate[];
  /** It is in the view, though it may keep nothing any more. */
  isPresent(name: string): boolean;
  /** It is in the view, keeps bodies, and does not wish to leave. */
  isStaying(name: string): boolean;
  /** It has been out of the view for so long that others take its place. */
  isLost(name: string): boolean;
  /** The primary has the body. */
  readonly isHere: boolean;
  /** The primary's name. */
  readonly self: string;
}

/** These, and beside them the least loaded others below their capacity, until they are so many; of equals the lower name, byte by byte. */
export function holdersFor(
  count: number,
  first: readonly string[],
  candidates: readonly Candidate[],
): readonly string[] {
  const others = candidates.filter(({ name }) => !first.includes(name)).toSorted(byLoad);
  return [...first, ...others.map(({ name }) => name)].slice(0, count);
}

/** To have fewer copies than wished for would be worse than to have them there. */
function isUsedUp({ bytes, capacity }: Candidate): boolean {
  return bytes >= capacity;
}

function byLoad(a: Candidate, b: Candidate): number {
  return Number(isUsedUp(a)) - Number(isUsedUp(b)) || a.bytes - b.bytes || compareKeys(a.name, b.name);
}

/** Who keeps an object that is numbered now: the server it came to, if that may be given copies, and the least loaded others. */
export function holdersOfNew(
  count: number,
  origin: string | undefined,
  candidates: readonly Candidate[],
): readonly string[] {
  if (candidates.length === 0) return EVERYONE;
  const first = namesOf(
    candidates.filter((one) => !isUsedUp(one)),
    origin,
  );
  return holdersFor(count, first, candidates);
}

/**
 * Who is to keep a version from now on; null: nothing is to change. Holders that have been lost for long are replaced, as far as there
 * is somebody to take their place and somebody here who has the body; those that leave at once, if nobody else here keeps it.
 */
export function holdersAfter(
  { holders, replicas }: Pick<LogRecord, 'holders' | 'replicas'>,
  { candidates, isPresent, isStaying, isLost, isHere, self }: Situation,
): readonly string[] | null {
  if (candidates.length === 0) return null;
  if (holders.length === 0) return holdersFor(replicas, [], candidates);
  const isKept = holders.some(isStaying);
  const stay = holders.filter((name) => !isLost(name) && (isKept || !isPresent(name)));
  if (holders.some(isPresent)) {
    const next = holdersFor(replicas, stay, candidates);
    return stay.length < replicas && next.length > stay.length ? next : null;
  }
  if (stay.length > 0 || !isHere) return null;
  return holdersFor(replicas, namesOf(candidates, self), candidates);
}

/** This server, if it may be given copies. */
function namesOf(candidates: readonly Candidate[], name: string | undefined): readonly string[] {
  return candidates.some((candidate) => candidate.name === name) ? [name!] : [];
}
