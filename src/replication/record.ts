import type { BodyPlace } from './saved.js';
import { stores, type Server, type ServerId } from './server.js';

/** Every server that keeps bodies keeps it, whoever joins. */
export const ALL_REPLICAS = 0;
/** The body stays in the directories of its holders, which share their files: it is sent to who asks for it. */
export const IN_DIRECTORY = 2 ** 32 - 1;
/** Nobody is named: everyone keeps the body who keeps any. */
export const EVERYONE: readonly string[] = Object.freeze([]);

export type Meta = Readonly<Record<string, string>>;
export const NO_META: Meta = Object.freeze({});

/** Larger bodies travel in pieces, ahead of their record. */
export const INLINE_BODY_BYTES = 64 * 1024;
/** Bytes of each piece of a large body but its last. */
export const PIECE_BYTES = 256 * 1024;

/**
 * A body in pieces: a large one as it travelled, which is never copied together; or one of any size that this server has on its
 * disk. null stands for a piece that is there only.
 */
export interface Pieces {
  readonly size: number;
  readonly pieces: readonly (Uint8Array | null)[];
  /** Where its pieces are on this server's disk; null: it has none, and all are here. */
  readonly stored: BodyPlace | null;
}

/** A large body on its way, named by its source and that one's number of it. */
export interface Part {
  readonly source: ServerId;
  readonly number: number;
}

export type Body = Uint8Array | Pieces;

/** What a write demands of the object's newest version. */
export type Condition =
  | { readonly kind: 'none' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  | { readonly kind: 'match'; readonly etags: readonly string[] };

export const UNCONDITIONAL: Condition = Object.freeze({ kind: 'none' });

/** What a client asks for. */
export interface Operation {
  readonly kind: 'put' | 'delete';
  readonly key: string;
  readonly condition: Condition;
  /** Content-Type as the client gave it, '' when it gave none. */
  readonly type: string;
  readonly meta: Meta;
  /** Bytes of the body. */
  readonly size: number;
  /** Sixteen hexadecimal digits of the body's SHA-256; '' for a delete. */
  readonly digest: string;
  /** null for a delete, and for a body that went ahead. */
  readonly body: Uint8Array | null;
  /** Milliseconds to live, 0 for ever. */
  readonly ttlMs: number;
  /** The client's Idempotency-Key, '' for none. */
  readonly token: string;
  /** The origin's number of the large body that went ahead; 0 for none. */
  readonly blob: number;
  /** Of what was written apart from the ring and is offered to it now; null for a client's request. */
  readonly offer: Offer | null;
  /** How many servers are to keep the body: ALL_REPLICAS, or 1 and more; IN_DIRECTORY for a file that its origin shares. */
  readonly replicas: number;
}

/** To delete nothing: what an operation says of which nothing else is said. */
export const NO_OPERATION: Operation = Object.freeze({
  kind: 'delete',
  key: '',
  condition: UNCONDITIONAL,
  type: '',
  meta: NO_META,
  size: 0,
  digest: '',
  body: null,
  ttlMs: 0,
  token: '',
  blob: 0,
  offer: null,
  replicas: ALL_REPLICAS,
});

/** How a write came about that is offered to a ring which did not see it. */
export interface Offer {
  /** What the ring has up to this revision, the writer had as well. */
  readonly since: number;
  /** Who asked for it first, and as which request. */
  readonly origin: ServerId;
  readonly request: number;
  /** It was overwritten where it was made: only that it was done has to be remembered. */
  readonly isPast: boolean;
}

export type RecordKind = 'put' | 'delete' | 'refusal' | 'floor' | 'expire' | 'repeat' | 'place';
/**
 * `reused`: an Idempotency-Key that came with another request before. `needless`: an offer of what the ring has, or of what
 * was overwritten long ago; and a request that is repeated after that, or after it became a conflict.
 */
export type RefusalReason = 'precondition' | 'absent' | 'reused' | 'needless';

/**
 * One entry of the total order, and, once it is the newest of its key, what the catalogue holds.
 * A `delete` is a tombstone there. A `refusal` is ordered so that it is answered only after what it
 * was judged against is committed. A `floor` drops the tombstones up to its `floor` everywhere. An `expire` is the
 * primary's tombstone for an object whose time to live is over. A `repeat` stands for a request that was done before. A
 * `place` names other holders of a version, which takes the revision of the `place` in the order and stays the same version. An
 * `expire` and a `place` with an origin are of a file that this one does not share any more, or shares as well.
 */
export interface LogRecord {
  readonly revision: number;
  /** 0 for a record that no client asked for. */
  readonly origin: ServerId;
  /** The origin's sequence number of the request. */
  readonly request: number;
  readonly kind: RecordKind;
  readonly key: string;
  /** Wall clock of the primary that numbered it, milliseconds since the epoch. */
  readonly modified: number;
  readonly type: string;
  readonly meta: Meta;
  readonly size: number;
  readonly digest: string;
  /** null for everything but a put, and for a put whose body is not on this server. */
  readonly body: Body | null;
  /** Whether the key had an object before: 204 instead of 201. */
  readonly replaced: boolean;
  readonly refusal: RefusalReason | null;
  readonly floor: number;
  /** Wall clock of the primary at which the object's time to live is over, milliseconds since the epoch; 0 for never. */
  readonly expires: number;
  /** The request's Idempotency-Key, '' for none. */
  readonly token: string;
  /**
   * Of a `repeat`: the revision at which the request was done. Of a `place`, and of a put that was placed anew: the revision at which the
   * version came about. 0 otherwise.
   */
  readonly of: number;
  /** The origin's number of the large body that went ahead of it; 0 for none. Of no meaning once it is committed. */
  readonly blob: number;
  /** How many servers are to keep the body: ALL_REPLICAS, or 1 and more; or IN_DIRECTORY. */
  readonly replicas: number;
  /** The lasting names of the servers that keep the body once it is committed; EVERYONE: all. */
  readonly holders: readonly string[];
}

/** The revision at which this version of the object came about, wherever it is in the order by now. */
export function versionOf({ kind, of, revision }: Pick<LogRecord, 'kind' | 'of' | 'revision'>): number {
  return kind === 'put' && of !== 0 ? of : revision;
}

/** Whether the server of this name keeps the body, if it keeps any. */
export function isHolder({ holders }: Pick<LogRecord, 'holders'>, name: string): boolean {
  return holders.length === 0 || holders.includes(name);
}

/** Whether this server keeps the body once the record is committed. Also a gateway may share the files of a directory. */
export function keeps(
  server: Pick<Server, 'name' | 'capacity'>,
  record: Pick<LogRecord, 'holders' | 'replicas'>,
): boolean {
  return (stores(server) || record.replicas === IN_DIRECTORY) && isHolder(record, server.name);
}

/** Strong validator (RFC 9110, 8.8.3). The digest keeps equal revisions of two partitions apart. */
export function etagOf(record: Pick<LogRecord, 'kind' | 'of' | 'revision' | 'digest'>): string {
  return etagFor(versionOf(record), record.digest);
}

/** That of the version which came about at this revision. */
export function etagFor(version: number, digest: string): string {
  return `"${version}-${digest}"`;
}

/** Bytes that a record weighs in buffers and budgets. */
export function weightOf({ key, body }: { readonly key: string; readonly body: Body | null }): number {
  return (body instanceof Uint8Array ? body.length : 0) + 2 * key.length + 256;
}

export function sizeOf(body: Body): number {
  return body instanceof Uint8Array ? body.length : body.size;
}

/** What goes with a record: a large body has gone ahead. */
export function inlineBody(body: Body | null): Uint8Array | null {
  return body instanceof Uint8Array ? body : null;
}

/** Whether the condition holds against the newest version (RFC 9110, 13.1.1 and 13.1.2). */
export function holds(condition: Condition, newest: LogRecord | undefined): boolean {
  const present = newest !== undefined && newest.kind === 'put';
  switch (condition.kind) {
    case 'none':
      return true;
    case 'absent':
      return !present;
    case 'present':
      return present;
    case 'match':
      return present && condition.etags.includes(etagOf(newest));
  }
}

/** Whether the record is a version of its key: an object or a tombstone. */
export function isVersion({ kind }: LogRecord): boolean {
  return kind === 'put' || kind === 'delete' || kind === 'expire';
}

/** The body, with where its pieces are by now, if they are on this server's disk. A file stays where it is. */
export function storedAt(body: Body | null, stored: BodyPlace): Body | null {
  if (body === null || body instanceof Uint8Array || body.stored === null) return body;
  if (body.stored.kind === 'file') return body;
  return { ...body, stored };
}
