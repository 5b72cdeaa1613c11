import { headOf, writtenOf } from './answer-headers.js';
import type { ListedObject, ObjectHead, ObjectReader, Page, Written } from './answers.js';
import { sourceOf } from './body-source.js';
import { reading, writing } from './calls.js';
import type { Exchange } from './exchange.js';
import { pathOf } from './keys.js';
import { pageOf, pagesOf } from './listing.js';
import { readerOf } from './object-reader.js';
import type { Body, DeleteOptions, GetOptions, ListOptions, PutOptions, ReadOptions } from './options.js';
import { deleteHeaders, getHeaders, putHeaders, readHeaders } from './request-headers.js';

const OBJECTS = '/objects';
const ABSENT = 404;

/** What there is under `/objects`. */
export class Objects {
  constructor(private readonly exchange: Exchange) {}

  async get(key: string, options: GetOptions = {}): Promise<ObjectReader | null> {
    const call = reading('GET', pathOf(OBJECTS, key), getHeaders(options), [ABSENT]);
    const answer = await this.exchange.ask(call, options);
    if (answer.status !== ABSENT) return readerOf(key, answer, this.exchange, call, options);
    answer.message.resume();
    return null;
  }

  async head(key: string, options: ReadOptions = {}): Promise<ObjectHead | null> {
    const call = reading('HEAD', pathOf(OBJECTS, key), readHeaders(options), [ABSENT]);
    const answer = await this.exchange.askWhole(call, options);
    return answer.status === ABSENT ? null : headOf(key, answer);
  }

  async put(key: string, content: Body, options: PutOptions = {}): Promise<Written> {
    const body = sourceOf(content, options.size);
    try {
      const call = { ...writing('PUT', pathOf(OBJECTS, key), putHeaders(options)), body };
      return writtenOf(key, await this.exchange.askWhole(call, options));
    } finally {
      body.close();
    }
  }

  async delete(key: string, options: DeleteOptions = {}): Promise<Written | null> {
    const call = writing('DELETE', pathOf(OBJECTS, key), deleteHeaders(options), [ABSENT]);
    const answer = await this.exchange.askWhole(call, options);
    return answer.status === ABSENT ? null : writtenOf(key, answer);
  }

  page(options: ListOptions = {}): Promise<Page> {
    return pageOf<'objects', ListedObject>(this.exchange, OBJECTS, 'objects', options);
  }

  pages(options: ListOptions = {}): AsyncGenerator<Page, void, undefined> {
    return pagesOf((after) => this.page({ ...options, ...after }));
  }

  async *list(options: ListOptions = {}): AsyncGenerator<ListedObject, void, undefined> {
    for await (const { objects } of this.pages(options)) yield* objects;
  }
}
