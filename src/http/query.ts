import { Problem } from './problem.js';

/**
 * The parameters of a query, by name. Express's own reading is lenient; what is not percent-encoded UTF-8, or is said
 * twice, is a mistake that the client should learn of.
 *
 * @throws Problem
 */
export function readQuery(query: string | null | undefined): Readonly<Record<string, string>> {
  const parameters = new Map<string, string>();
  for (const pair of (query ?? '').split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=').map(decode);
    if (parameters.has(name)) throw badQuery(`${name} is given more than once`);
    parameters.set(name, value.join('='));
  }
  return Object.fromEntries(parameters);
}

/** The query of a request target, without its question mark. */
export function queryOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}

/**
 * To pass over a misspelt parameter would answer another question than was asked.
 *
 * @throws Problem
 */
export function refuseUnknown(parameters: object, known: readonly string[]): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw badQuery(`"${unknown}" is no parameter here; these are: ${known.join(', ')}`);
}

export function badQuery(detail: string): Problem {
  return new Problem('bad_query', { detail });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badQuery('the query is not percent-encoded UTF-8');
  }
}
