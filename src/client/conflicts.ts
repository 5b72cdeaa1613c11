import type { Conflict, ConflictPage, ObjectReader } from './answers.js';
import { reading, writing } from './calls.js';
import type { Exchange } from './exchange.js';
import { pathOf, queryOf } from './keys.js';
import { pageOf, pagesOf } from './listing.js';
import { readerOf } from './object-reader.js';
import type { CallOptions, ListOptions } from './options.js';

const CONFLICTS = '/conflicts';
const ABSENT = 404;
/** A deletion that lost has nothing to show. */
const NOTHING = 204;

type ConflictOptions = CallOptions & { readonly revision?: number };

/** What there is under `/conflicts`. */
export class Conflicts {
  constructor(private readonly exchange: Exchange) {}

  page(options: ListOptions = {}): Promise<ConflictPage> {
    return pageOf<'conflicts', Conflict>(this.exchange, CONFLICTS, 'conflicts', options);
  }

  async *all(options: ListOptions = {}): AsyncGenerator<Conflict, void, undefined> {
    for await (const page of pagesOf((after) => this.page({ ...options, ...after }))) yield* page.conflicts;
  }

  async get(key: string, { revision, ...options }: ConflictOptions = {}): Promise<ObjectReader | null> {
    const call = reading('GET', pathOf(CONFLICTS, key) + queryOf({ revision }), {}, [ABSENT]);
    const answer = await this.exchange.ask(call, options);
    if (answer.status !== ABSENT && answer.status !== NOTHING)
      return readerOf(key, answer, this.exchange, call, options);
    answer.message.resume();
    return null;
  }

  /** Sent again when it was done before, it finds none: who has named a revision knows that it is settled. */
  async settle(key: string, { revision, ...options }: ConflictOptions = {}): Promise<boolean> {
    const call = writing('DELETE', pathOf(CONFLICTS, key) + queryOf({ revision }), {}, [ABSENT]);
    return (await this.exchange.askWhole(call, options)).status !== ABSENT;
  }
}
