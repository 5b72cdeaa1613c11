import { Injectable } from '@nestjs/common';

import { Problem } from '../http/index.js';
import { bodyGone, MOST_READS, ObjectsService, problemOf } from '../objects/index.js';
import {
  ALL_REPLICAS,
  type Condition,
  type LogRecord,
  NO_META,
  type Outcome,
  versionOf,
} from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { type Bundle, BUNDLE_PREFIX, BUNDLE_TYPE, keyOfBundle } from './bundle.js';
import { type BundleListing, toBundleListing } from './bundle-listing.js';
import { PartBodies, PartGone } from './part-bodies.js';
import { readBundle, renderBundle } from './read-bundle.js';
import { type Moment, resolve, type ResolvedBundle, type ResolvedPart, resolveParts } from './resolved.js';

/** Keeps bundles, each as an object that every server has, and finds where their parts are. */
@Injectable()
export class BundlesService {
  constructor(
    private readonly objects: ObjectsService,
    private readonly ring: RingService,
    private readonly bodies: PartBodies,
  ) {}

  async list(prefix: string, after: string | undefined, limit: number): Promise<BundleListing> {
    await this.current();
    const start = after === undefined ? null : BUNDLE_PREFIX + after;
    return toBundleListing(this.objects.list(BUNDLE_PREFIX + prefix, start, limit + 1), limit);
  }

  /** The bundle and its parts, all of one moment that is not before the call. @throws Problem */
  async resolve(name: string): Promise<ResolvedBundle> {
    const key = keyOfBundle(name);
    await this.current();
    for (let reads = 0; reads < MOST_READS; reads++) {
      const record = this.objects.stale(key);
      if (record === undefined) throw new Problem('no_bundle');
      const bundle = await this.read(record);
      // To read it may have taken time: the list has to be of the same moment as the parts.
      const isCurrent = this.objects.stale(key)?.revision === record.revision;
      if (bundle !== null && isCurrent) return resolve(name, record, bundle, this.moment());
    }
    throw bodyGone();
  }

  /** The parts that could not be had now. @throws Problem */
  async missingOf(bundle: Bundle): Promise<readonly ResolvedPart[]> {
    await this.current();
    return resolveParts(bundle, this.moment()).filter(({ missing }) => missing);
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

  /** Null when it has been written again meanwhile. @throws Problem */
  private async read(record: LogRecord): Promise<Bundle | null> {
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await this.bodies.open(record.key, versionOf(record))) chunks.push(chunk);
      return readBundle(Buffer.concat(chunks));
    } catch (error) {
      if (error instanceof PartGone) return null;
      if (error instanceof Problem && error.code === 'bad_bundle')
        throw new Problem('not_a_bundle', { detail: error.message });
      throw error;
    }
  }

  private moment(): Moment {
    const { watermark, view } = this.ring.status();
    const members = view?.members ?? [];
    return {
      revision: watermark,
      committed: (key) => this.ring.committed(key),
      members: members.map(({ name }) => name),
      full: members.filter(({ full }) => full).map(({ name }) => name),
    };
  }

  private async current(): Promise<void> {
    const outcome = await this.objects.settle();
    if (outcome.kind !== 'current') throw problemOf(outcome);
  }
}
