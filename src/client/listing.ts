import { bad } from './answer-headers.js';
import { reading } from './calls.js';
import type { Exchange } from './exchange.js';
import { queryOf } from './keys.js';
import type { ListOptions } from './options.js';

const MOST = 1000;

interface Chained {
  readonly next: string | null;
}

/** @throws RingletError */
export async function pageOf<Name extends string, Item>(
  exchange: Exchange,
  resource: string,
  name: Name,
  { prefix, after, limit = MOST, ...options }: ListOptions,
): Promise<Record<Name, readonly Item[]> & Chained> {
  const call = reading('GET', resource + queryOf({ prefix, after, limit }));
  const page = parse((await exchange.askWhole(call, options)).text);
  const { next } = page;
  if (!Array.isArray(page[name]) || (next !== null && typeof next !== 'string'))
    throw bad('it is no page of a listing');
  return page as Record<Name, readonly Item[]> & Chained;
}

/** Page after page. `ask` is given nothing at first. */
export async function* pagesOf<T extends Chained>(
  ask: (after: { after?: string }) => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  for (let page = await ask({}); ; page = await ask({ after: page.next })) {
    yield page;
    if (page.next === null) return;
  }
}

/** @throws RingletError `bad_answer` */
export function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // It is none.
  }
  throw bad('it is no JSON object');
}
