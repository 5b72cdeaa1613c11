import type { Step } from './saved.js';
import { sameView, type View } from './view.js';

/** Views that a server remembers. */
export const HISTORY_LIMIT = 4096;
/** Those of them that it tells others of. */
const TOLD = 64;

/** Where the ways of two servers part: everything up to `since` they have in common. */
export interface Split {
  readonly since: number;
  /** The first of the two has gone through a view that the other has not. */
  readonly isApart: boolean;
}

export function withStep(history: readonly Step[], { id, start }: View): readonly Step[] {
  return [...history, { id, start }].slice(-HISTORY_LIMIT);
}

export function recent(history: readonly Step[]): readonly Step[] {
  return history.slice(-TOLD);
}

/**
 * Compares where one server has been with where another has. What is above the start of any view that only one of them was in,
 * the other may have dropped. Without any view in common nothing is.
 */
export function splitOf(mine: readonly Step[], theirs: readonly Step[]): Split {
  for (let at = mine.length - 1; at >= 0; at--) {
    const common = theirs.findLastIndex(({ id }) => sameView(id, mine[at]!.id));
    if (common < 0) continue;
    const later = [...mine.slice(at + 1), ...theirs.slice(common + 1)];
    return { since: Math.min(...later.map(({ start }) => start)), isApart: at < mine.length - 1 };
  }
  return { since: 0, isApart: mine.length > 0 };
}
