import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** What is known of an object without its body. */
export interface ObjectHead {
  readonly key: string;
  /** Bytes of the whole object. */
  readonly size: number;
  /** Content-Type. */
  readonly type: string;
  /** With its quotes, as conditions take it. */
  readonly etag: string;
  /** The place in the order of all writes at which it was written. */
  readonly revision: number;
  /** When it was written, in whole seconds; null when the server did not say. */
  readonly modified: Date | null;
  /** By name, in lower case and without `Object-Meta-`. */
  readonly meta: Readonly<Record<string, string>>;
  /** Seconds that are left to live; null for ever. */
  readonly ttl: number | null;
  /** The object has an entity tag of `ifNoneMatch`: `size`, `type` and `meta` were not told, and are 0, '' and {}. */
  readonly notModified: boolean;
  /** The server could not vouch for it, which `maxStale` has allowed. */
  readonly stale: boolean;
  /** The name of the server that answered. */
  readonly server: string;
}

/** The part of an object that an answer has: from `start` to `end`, both included, of `ObjectHead.size` bytes. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** An object that is being read. Read its body, or discard it, for it holds a connection. */
export interface ObjectReader extends ObjectHead {
  /** What a range was answered with; null when the whole object comes. */
  readonly part: Part | null;
  /** Bytes that come: of the part, or of the whole. */
  readonly length: number;
  /**
   * The body, once. When its server fails it goes on from another one, at the same byte of the same version; if that is
   * gone, it ends with the error `object_changed`.
   */
  readonly body: Readable;
  /** The whole body in memory. Like `body`, once. */
  bytes(): Promise<Buffer>;
  /** The same as UTF-8. */
  text(): Promise<string>;
  /** Lets go of the body without reading it. */
  discard(): void;
}

/** An acknowledged write. */
export interface Written {
  readonly key: string;
  readonly revision: number;
  /** There was no such object before. */
  readonly created: boolean;
  /** With its quotes; '' of a deletion. */
  readonly etag: string;
  /** It had been done by an earlier attempt, or an earlier call with the same idempotency key. */
  readonly replayed: boolean;
  /** Null in the ring's majority. Outside: how many servers have it; what the majority did meanwhile may overrule it. */
  readonly provisionalCopies: number | null;
  /** The name of the server that answered. */
  readonly server: string;
}

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  readonly etag: string;
  readonly revision: number;
  /** ISO 8601. */
  readonly modified: string;
  /** Names of the servers that have it. */
  readonly holders: readonly string[];
}

export interface Page {
  /** In the order of their keys' UTF-8 bytes. */
  readonly objects: readonly ListedObject[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/** A part of a bundle, and where it is. What is told of the object is null when there is none. */
export interface ResolvedPart {
  readonly key: string;
  /** Its name inside the archive. */
  readonly as: string;
  readonly quantity: number;
  /** Bytes of one. */
  readonly size: number | null;
  readonly type: string | null;
  readonly etag: string | null;
  /** Null as well when it is of another island. */
  readonly revision: number | null;
  /** ISO 8601. */
  readonly modified: string | null;
  /** Names of the members that have it; of another island's, as far as it tells them. */
  readonly holders: readonly string[];
  /** The name of the other island that has it; null when it is of this ring, or missing. */
  readonly island: string | null;
  /** No island has such an object, or those that have it are gone. */
  readonly missing: boolean;
}

/** A named list of objects, and where all of them are at one moment. */
export interface Bundle {
  readonly name: string;
  /** Everything up to it is taken into account, and nothing behind it. */
  readonly revision: number;
  /** Of the list, as conditions of writes take it. */
  readonly etag: string;
  /** When the list was written, ISO 8601. */
  readonly modified: string;
  readonly parts: readonly ResolvedPart[];
  /** Bytes of one of each part that is there. */
  readonly size: number;
  /** How many parts are missing. */
  readonly missing: number;
}

export interface ListedBundle {
  readonly name: string;
  readonly etag: string;
  readonly revision: number;
  /** ISO 8601. */
  readonly modified: string;
}

export interface BundlePage {
  /** In the order of their names' UTF-8 bytes. */
  readonly bundles: readonly ListedBundle[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/** A tar archive that is being read: `bundle.json` with the list, then one of each part. Read its body, or discard it. */
export interface Archive {
  readonly name: string;
  /** Of the list and all its parts. */
  readonly etag: string;
  /** Bytes that come. */
  readonly length: number;
  /** The name of the server that answered. */
  readonly server: string;
  /** Once. When its server fails, or a part is written anew meanwhile, it ends with the error `object_changed`. */
  readonly body: Readable;
  /** Lets go of the body without reading it. */
  discard(): void;
}

/** What lost when two sides of a ring met again. */
export interface Conflict {
  /** Of the object that it is about. */
  readonly key: string;
  /** Tells several of one key apart. */
  readonly revision: number;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  /** What lost was a deletion. */
  readonly deleted: boolean;
  /** When it became a conflict, ISO 8601. */
  readonly modified: string;
  /** When its time to live is over, ISO 8601. */
  readonly expires?: string;
  /** Names of the servers that have it, if not all do: whose file it is, or who keeps the copies. */
  readonly holders?: readonly string[];
}

export interface ConflictPage {
  readonly conflicts: readonly Conflict[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/** The answer to a raw request; its status is below 400. Read the body, or destroy it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** The origin of the server that answered. */
  readonly url: string;
}
