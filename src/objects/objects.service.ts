import { Injectable } from '@nestjs/common';

import { LeastLoaded } from '../http/index.js';
import {
  type Condition,
  INLINE_BODY_BYTES,
  keeps,
  type LogRecord,
  type Member,
  type Meta,
  NO_OPERATION,
  type Outcome,
  type Peek,
  type ServerId,
  stores,
} from '../replication/index.js';
import { digestOf, RingService, type Upload } from '../ring/index.js';
import { BUNDLE_PREFIX } from './listing.js';

/** The keys of the ring itself begin so. */
const OWN_PREFIX = '\u0000';
/** Behind every key of a bundle, in the order of bytes: no character comes later, and no key has so many. */
const BEHIND_BUNDLES = BUNDLE_PREFIX + '\u{10ffff}'.repeat(256);

/** What a client says of an object that it stores. */
export interface Description {
  readonly type: string;
  readonly meta: Meta;
  /** Milliseconds to live, 0 for ever. */
  readonly ttlMs: number;
  /** How many servers are to keep the body: ALL_REPLICAS, or 1 and more. */
  readonly replicas: number;
}

/** What a client stores under a key. */
export interface NewObject extends Description {
  readonly body: Uint8Array;
}

/** The HashMap that all servers of the ring share: reads from this server's memory, writes through the ring. */
@Injectable()
export class ObjectsService {
  constructor(
    private readonly ring: RingService,
    private readonly leastLoaded: LeastLoaded,
  ) {}

  /** Answers at once when this server may. */
  peek(key: string): Peek {
    return this.ring.peek(key);
  }

  /** Waits until this server may answer, and asks the others for a body that is not here. */
  get(key: string): Promise<Outcome> {
    return this.ring.read(key);
  }

  /** The newest object that is committed here, though there may be a newer one elsewhere. */
  stale(key: string): LogRecord | undefined {
    const record = this.ring.committed(key);
    return record?.kind === 'put' ? record : undefined;
  }

  put(key: string, object: NewObject, condition: Condition, token = ''): Promise<Outcome> {
    const { body } = object;
    if (body.length > INLINE_BODY_BYTES) return this.putAhead(key, object, condition, token);
    const { type, meta, ttlMs, replicas } = object;
    const digest = digestOf(body);
    return this.ring.write({
      kind: 'put',
      key,
      condition,
      type,
      meta,
      size: body.length,
      digest,
      body,
      ttlMs,
      token,
      blob: 0,
      offer: null,
      replicas,
    });
  }

  /** A body for `endUpload`, of `size` bytes; -1 while that is not known. */
  upload(size: number): Upload {
    return this.ring.upload(size);
  }

  /** The body has been given to the upload, which gets the outcome. The ring knows its size and digest. */
  endUpload(
    upload: Upload,
    key: string,
    { type, meta, ttlMs, replicas }: Description,
    condition: Condition,
    token = '',
  ): Promise<Outcome> {
    const ahead = { size: 0, digest: '', body: null, blob: 0, offer: null };
    upload.end({ kind: 'put', key, condition, type, meta, ttlMs, token, replicas, ...ahead });
    return upload.outcome;
  }

  /** A large body goes ahead of its record; the rest of it waits here while the ring has granted no more. */
  private async putAhead(
    key: string,
    { body, ...described }: NewObject,
    condition: Condition,
    token: string,
  ): Promise<Outcome> {
    const upload = this.upload(body.length);
    await upload.write(body);
    return this.endUpload(upload, key, described, condition, token);
  }

  delete(key: string, condition: Condition, token = ''): Promise<Outcome> {
    return this.ring.write({ ...NO_OPERATION, key, condition, token });
  }

  /** After it, a listing has everything that was acknowledged before it. */
  settle(): Promise<Outcome> {
    return this.ring.barrier();
  }

  /** Objects whose keys start with `prefix` and lie behind `after`, in the order of the keys' bytes. */
  list(prefix: string, after: string | null, limit: number): LogRecord[] {
    return prefix.startsWith(OWN_PREFIX) ? [] : this.ring.list(prefix, after, limit);
  }

  /** The same as people expect it: without the lists of bundles, unless the prefix says that these are meant. */
  listVisible(prefix: string, after: string | null, limit: number): LogRecord[] {
    const found = this.list(prefix, after, limit);
    if (prefix.startsWith(BUNDLE_PREFIX)) return found;
    const hidden = found.findIndex(({ key }) => key.startsWith(BUNDLE_PREFIX));
    if (hidden < 0) return found;
    return [...found.slice(0, hidden), ...this.list(prefix, BEHIND_BUNDLES, limit - hidden)];
  }

  /** The same of what lost when rings came together again, whose keys no client can use. */
  listConflicts(prefix: string, after: string | null, limit: number): LogRecord[] {
    return this.ring.list(prefix, after, limit);
  }

  /** Names of the members that hold every object of which they are not told otherwise. */
  holders(): string[] {
    const members = this.ring.status().view?.members ?? [];
    return members.filter((member) => member.full && stores(member)).map(({ name }) => name);
  }

  /** The address of the member with the least to do that keeps this object and answers clients; undefined when there is none but this server. */
  urlOfHolder(record: LogRecord): string | undefined {
    const { view, self } = this.ring.status();
    const isOther = (member: Member): boolean =>
      member.id !== self.id && member.serves && keeps(member, record);
    return this.leastLoaded.next(Infinity, isOther) ?? view?.members.find(isOther)?.url;
  }

  /** The name of a member, for people. */
  nameOf(server: ServerId): string {
    return this.ring.nameOf(server);
  }
}
