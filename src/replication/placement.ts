import { compareKeys } from './key-order.js';
import { EVERYONE, type LogRecord } from './record.js';

/** A member that may be given copies. */
export interface Candidate {
  readonly name: string;
  /** What it keeps of the objects that name their holders. */
  readonly bytes: number;
}

/** What the primary knows of those that may keep something. */
export interface Situation {
  /** Members that have all that they are to have. */
  readonly candidates: readonly Candidate[];
  isPresent(name: string): boolean;
  /** It has been out of the view for so long that others take its place. */
  isLost(name: string): boolean;
  /** The primary, if it has the body. */
  readonly self: string | null;
}

/** These, and beside them the least loaded others, until they are so many; of equals the lower name, byte by byte. */
export function holdersFor(
  count: number,
  first: readonly string[],
  candidates: readonly Candidate[],
): readonly string[] {
  const others = candidates.filter(({ name }) => !first.includes(name)).toSorted(byLoad);
  return [...first, ...others.map(({ name }) => name)].slice(0, count);
}

function byLoad(a: Candidate, b: Candidate): number {
  return a.bytes - b.bytes || compareKeys(a.name, b.name);
}

/** Who keeps an object that is numbered now: the server it came to, if that may be given copies, and the least loaded others. */
export function holdersOfNew(
  count: number,
  origin: string | undefined,
  candidates: readonly Candidate[],
): readonly string[] {
  if (candidates.length === 0) return EVERYONE;
  const first = candidates.filter(({ name }) => name === origin).map(({ name }) => name);
  return holdersFor(count, first, candidates);
}

/**
 * Who is to keep a version from now on; null: nothing is to change. Holders that have been lost for long are replaced, as far as there
 * is somebody to take their place and somebody here who has the body.
 */
export function holdersAfter(
  { holders, replicas }: Pick<LogRecord, 'holders' | 'replicas'>,
  { candidates, isPresent, isLost, self }: Situation,
): readonly string[] | null {
  if (holders.length === 0) return candidates.length === 0 ? null : holdersFor(replicas, [], candidates);
  const stay = holders.filter((name) => !isLost(name));
  const hasSource = holders.some(isPresent);
  if (!hasSource && (stay.length > 0 || self === null)) return null;
  const first = hasSource ? stay : [self!];
  if (first.length >= replicas && hasSource) return null;
  const next = holdersFor(replicas, first, candidates);
  return next.length > first.length || !hasSource ? next : null;
}
