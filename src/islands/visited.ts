import type { Island } from './register.js';

/** The islands that a request has come by, or is sent to at the same time: none of them is to be asked on its account. */
export const VISITED = 'Ringlet-Visited';
/** Stands for all islands: whoever is asked answers of its own ring only. */
export const EVERYWHERE = '*';

const MOST_ISLANDS = 64;
const LIST = /^[0-9a-f]{12}(?:, *[0-9a-f]{12})*$/;
const MAX_CHARACTERS = MOST_ISLANDS * '0123456789ab, '.length;

/**
 * The ids of the list, none where there is no list; null: nobody is to be asked, which goes for a list that is too long
 * or that cannot be read as well, since a request that has lost its way must not go on.
 */
export function readVisited(header: string | string[] | undefined): readonly string[] | null {
  if (header === undefined) return [];
  const text = String(header);
  if (text.length > MAX_CHARACTERS || !LIST.test(text)) return null;
  const ids = text.split(',').map((id) => id.trim());
  return ids.length > MOST_ISLANDS ? null : ids;
}

/** The list to send on. It only grows, and each island is in it once, so no request goes round. */
export function writeVisited(ids: Iterable<string>): string {
  const list = [...new Set(ids)];
  return list.length > MOST_ISLANDS ? EVERYWHERE : list.join(', ');
}

/** What a question says that this island asks these with, all at once, on account of a request that has come by some. */
export function visitedBy(
  own: string,
  islands: readonly Island[],
  visited: readonly string[],
): Readonly<Record<string, string>> {
  return { [VISITED]: writeVisited([...visited, own, ...islands.map(({ id }) => id)]) };
}
