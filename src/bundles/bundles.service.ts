import type { IncomingHttpHeaders } from 'node:http';

import { Inject, Injectable, Optional } from '@nestjs/common';

import { Problem } from '../http/index.js';
import {
  type Content,
  BEYOND,
  type Beyond,
  bodyGone,
  BUNDLE_PREFIX,
  type FarObject,
  MOST_READS,
  ObjectsService,
  problemOf,
} from '../objects/index.js';
import {
  ALL_REPLICAS,
  type Condition,
  etagOf,
  type LogRecord,
  NO_META,
  type Outcome,
  versionOf,
} from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { type Bundle, BUNDLE_TYPE, keyOfBundle } from './bundle.js';
import { type BundleListing, toBundleListing } from './bundle-listing.js';
import { PartBodies, PartGone } from './part-bodies.js';
import { MOST_STORED_BYTES, readBundle, renderBundle } from './read-bundle.js';
import {
  type BundleList,
  fillParts,
  type Moment,
  resolve,
  type ResolvedBundle,
  type ResolvedPart,
  resolveParts,
} from './resolved.js';

type Far = ReadonlyMap<string, FarObject>;

const NOWHERE: Far = new Map();

/** A bundle, and what of it is elsewhere. */
export interface Resolution {
  readonly bundle: ResolvedBundle;
  /** The name of the other island that has the list; null when that is this ring's. */
  readonly island: string | null;
  /** Parts of other islands, by their keys. */
  readonly far: Far;
}

/** A list that is still to be read. */
interface List extends BundleList {
  readonly island: string | null;
  readonly open: () => Promise<Content>;
}

/** Keeps bundles, each as an object that every server has, and finds where their parts are. */
@Injectable()
export class BundlesService {
  constructor(
    private readonly objects: ObjectsService,
    private readonly ring: RingService,
    private readonly bodies: PartBodies,
    @Optional() @Inject(BEYOND) private readonly beyond: Beyond | null = null,
  ) {}

  async list(prefix: string, after: string | undefined, limit: number): Promise<BundleListing> {
    await this.current();
    const start = after === undefined ? null : BUNDLE_PREFIX + after;
    return toBundleListing(this.objects.list(BUNDLE_PREFIX + prefix, start, limit + 1), limit);
  }

  /**
   * The bundle and its parts, as they are in this ring at one moment that is not before the call; then what is missing here is looked for
   * elsewhere, on account of a request with these headers. @throws Problem
   */
  async resolve(name: string, headers: IncomingHttpHeaders): Promise<Resolution> {
    const key = keyOfBundle(name);
    await this.current();
    for (let reads = 0; reads < MOST_READS; reads++) {
      const record = this.objects.stale(key);
      const list = record === undefined ? await this.far(key, headers) : this.own(record);
      const bundle = await this.read(list);
      // To read it may have taken time: the list has to be of the same moment as the parts.
      const isCurrent = this.objects.stale(key)?.revision === record?.revision;
      if (bundle !== null && isCurrent) return this.resolveList(name, list, bundle, headers);
    }
    throw bodyGone();
  }

  /** The parts that could not be had now. @throws Problem */
  async missingOf(bundle: Bundle, headers: IncomingHttpHeaders): Promise<readonly ResolvedPart[]> {
    await this.current();
    const parts = resolveParts(bundle, this.moment());
    return fillParts(parts, await this.find(parts, headers)).filter(({ missing }) => missing);
  }

  put(name: string, bundle: Bundle, condition: Condition, token: string): Promise<Outcome> {
    const described = { type: BUNDLE_TYPE, meta: NO_META, ttlMs: 0, replicas: ALL_REPLICAS };
    return this.objects.put(
      keyOfBundle(name),
      { ...described, body: renderBundle(bundle) },
      condition,
      token,
    );
  }

  delete(name: string, condition: Condition, token: string): Promise<Outcome> {
    return this.objects.delete(keyOfBundle(name), condition, token);
  }

  /** Whether the request with this Idempotency-Key was the last to store this bundle. */
  wasPutBy(name: string, token: string): boolean {
    return token !== '' && this.objects.stale(keyOfBundle(name))?.token === token;
  }

  /** @throws Problem when it is too large for a list: any object may be stored under such a key */
  private own(record: LogRecord): List {
    const { key, modified, size } = record;
    if (size > MOST_STORED_BYTES) throw new Problem('not_a_bundle');
    const open = () => this.bodies.open(key, versionOf(record));
    return { etag: etagOf(record), modified, island: null, open };
  }

  /** A list that this ring does not have. @throws Problem */
  private async far(key: string, headers: IncomingHttpHeaders): Promise<List> {
    const object = (await this.beyond?.find([key], headers))?.get(key);
    if (object === undefined) throw new Problem('no_bundle');
    const { etag, lastModified: modified, island, size } = object;
    if (size > MOST_STORED_BYTES) throw new Problem('not_a_bundle');
    return { etag, modified, island, open: () => this.bodies.openFar(key, object) };
  }

  /** Null when it has been written again meanwhile. @throws Problem */
  private async read({ open }: List): Promise<Bundle | null> {
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await open()) chunks.push(chunk);
      return readBundle(Buffer.concat(chunks));
    } catch (error) {
      if (error instanceof PartGone) return null;
      if (error instanceof Problem && error.code === 'bad_bundle')
        throw new Problem('not_a_bundle', { detail: error.message });
      throw error;
    }
  }

  private async resolveList(
    name: string,
    list: List,
    bundle: Bundle,
    headers: IncomingHttpHeaders,
  ): Promise<Resolution> {
    const moment = this.moment();
    const parts = resolveParts(bundle, moment);
    const far = await this.find(parts, headers);
    const { island } = list;
    return { bundle: resolve(name, list, moment.revision, fillParts(parts, far)), island, far };
  }

  private async find(parts: readonly ResolvedPart[], headers: IncomingHttpHeaders): Promise<Far> {
    const keys = parts.filter(({ missing }) => missing).map(({ key }) => key);
    return keys.length === 0 || this.beyond === null ? NOWHERE : this.beyond.find(keys, headers);
  }

  private moment(): Moment {
    const { watermark, view } = this.ring.status();
    const members = view?.members ?? [];
    return {
      revision: watermark,
      committed: (key) => this.ring.committed(key),
      members: members.map(({ name }) => name),
      full: this.objects.holders(),
    };
  }

  private async current(): Promise<void> {
    const outcome = await this.objects.settle();
    if (outcome.kind !== 'current') throw problemOf(outcome);
  }
}
