import type { IncomingMessage } from 'node:http';

import { bad, lengthOf, writtenOf } from './answer-headers.js';
import type { Archive, Bundle, BundlePage, ListedBundle, Written } from './answers.js';
import { sourceOf } from './body-source.js';
import { reading, writing } from './calls.js';
import { RingletError } from './error.js';
import type { Exchange } from './exchange.js';
import { pathOf, queryOf } from './keys.js';
import { pageOf, pagesOf, parse } from './listing.js';
import type {
  BundlePart,
  CallOptions,
  DeleteOptions,
  DownloadOptions,
  ListOptions,
  PutBundleOptions,
} from './options.js';
import { deleteHeaders, putHeaders } from './request-headers.js';
import { resumingBody } from './resuming-body.js';

const BUNDLES = '/bundles';
const ABSENT = 404;
const TAR = { Accept: 'application/x-tar' };

/** Named lists of objects: what there is under `/bundles`. */
export class Bundles {
  constructor(private readonly exchange: Exchange) {}

  /** Stores a bundle, and resolves when every member of the ring has it. Rejects with `parts_missing` when a part is, unless that is allowed. */
  async put(name: string, parts: readonly BundlePart[], options: PutBundleOptions = {}): Promise<Written> {
    const body = sourceOf(JSON.stringify({ parts }));
    const call = { ...writing('PUT', pathAt(name, options), putHeaders(options)), body };
    return writtenOf(name, await this.exchange.askWhole(call, options));
  }

  /** Where every part is, all of one moment. Null when there is no such bundle. */
  async get(name: string, options: CallOptions = {}): Promise<Bundle | null> {
    const call = reading('GET', pathAt(name), {}, [ABSENT]);
    const { status, text } = await this.exchange.askWhole(call, options);
    if (status === ABSENT) return null;
    const bundle = parse(text);
    if (!Array.isArray(bundle['parts'])) throw bad('it is no bundle');
    return bundle as unknown as Bundle;
  }

  /** One tar archive of all parts. Null when there is no such bundle. Rejects with `bundle_incomplete` when a part is missing, unless that is allowed. */
  async download(name: string, options: DownloadOptions = {}): Promise<Archive | null> {
    try {
      const answer = await this.exchange.ask(reading('GET', pathAt(name, options), TAR), options);
      const { message, headers } = answer;
      const length = lengthOf(headers['content-length']);
      const body = resumingBody(message, length, cannotResume);
      const discard = (): void => void body.on('error', () => undefined).destroy();
      const [etag, server] = [headers.etag ?? '', String(headers['ringlet-server'])];
      return { name, etag, length, server, body, discard };
    } catch (error) {
      if (error instanceof RingletError && error.code === 'no_bundle') return null;
      throw error;
    }
  }

  /** Deletes a bundle; its parts stay. Null when there was none. */
  async delete(name: string, options: DeleteOptions = {}): Promise<Written | null> {
    const call = writing('DELETE', pathAt(name), deleteHeaders(options), [ABSENT]);
    const answer = await this.exchange.askWhole(call, options);
    return answer.status === ABSENT ? null : writtenOf(name, answer);
  }

  /** One page of the listing. */
  page(options: ListOptions = {}): Promise<BundlePage> {
    return pageOf<'bundles', ListedBundle>(this.exchange, BUNDLES, 'bundles', options);
  }

  /** Every bundle, page after page. */
  async *list(options: ListOptions = {}): AsyncGenerator<ListedBundle, void, undefined> {
    for await (const { bundles } of pagesOf((after) => this.page({ ...options, ...after }))) yield* bundles;
  }
}

function pathAt(name: string, { allowMissing }: DownloadOptions = {}): string {
  return pathOf(BUNDLES, name) + queryOf({ missing: allowMissing === true ? 'allowed' : undefined });
}

/** A part may have been written anew, so the rest of another archive is none of this one. */
function cannotResume(at: number): Promise<IncomingMessage> {
  const sentence = `The archive broke off behind ${at} bytes, as its server failed or a part was written anew: read it again.`;
  return Promise.reject(new RingletError('unavailable', 'object_changed', sentence));
}
