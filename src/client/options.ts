import type { Readable } from 'node:stream';

/** How a client finds its ring and how long it tries. Only what is given differs from the defaults. */
export interface ClientOptions {
  /**
   * URLs of one server or several, such as `http://127.0.0.1:5235`. One is enough: it tells of the others. More of them
   * help when that one is away at the first call; `findServers` finds some. Default: `http://127.0.0.1:5235`.
   */
  readonly servers?: string | URL | readonly (string | URL)[];
  /** Sent as `Authorization: Bearer`, to the servers above and to members of their ring only. */
  readonly token?: string;
  /** Certificates (PEM) that are trusted for https instead of the well-known ones. NODE_EXTRA_CA_CERTS works as well. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** The deadline of a call, unless it has its own. Default: 10,000 ms. See `CallOptions.deadlineMs`. */
  readonly deadlineMs?: number;
  /**
   * A server that has not answered for so long is given up for the next one. After each that was given up, the attempts of
   * that call get twice as long; one that is dead or refuses does not count. Default: 700 ms.
   */
  readonly attemptMs?: number;
  /** Requests on their way at once; more wait for their turn. An answer counts until its body was read. Default: 64. */
  readonly maxSockets?: number;
  /**
   * False: only the servers above are asked, and no members learned from them; for rings whose servers have other
   * addresses here than among themselves. Default: true.
   */
  readonly discover?: boolean;
  /** Ends every call and every watch of the client. */
  readonly signal?: AbortSignal;
}

export interface CallOptions {
  /** Ends the call, which rejects with the signal's reason. What a write has come to is not known then. */
  readonly signal?: AbortSignal;
  /**
   * For how long servers are tried until there is an answer, in milliseconds; Infinity is allowed. While more of a body
   * is sent than ever before, it begins anew.
   */
  readonly deadlineMs?: number;
}

/** What a read may be answered with. */
export interface ReadOptions extends CallOptions {
  /** An entity tag, several, or `*`: only if the object has one of them, else the call rejects with `precondition_failed`. */
  readonly ifMatch?: string | readonly string[];
  /** Only if the object has none of them, else the answer is `notModified`. */
  readonly ifNoneMatch?: string | readonly string[];
  /**
   * Seconds. An answer that the server cannot vouch for will do, and is marked `stale`; nobody can tell how old it is, so
   * any value above 0 means the same. Infinity is allowed. Default: 0, never.
   */
  readonly maxStale?: number;
  /** The server must not ask others for the body; if it does not have it, the call rejects with `not_here`. */
  readonly onlyIfCached?: boolean;
}

export interface GetOptions extends ReadOptions {
  /** A part of the body. */
  readonly range?: Range;
}

/** Bytes from `start` to `end`, both included and counted from 0; without an end, to the last. Or the last `last` bytes. */
export type Range = { readonly start: number; readonly end?: number } | { readonly last: number };

/** The condition of a write, which is judged at its place in the order of all writes. */
export interface DeleteOptions extends CallOptions {
  /** An entity tag, several, or `*` for any: else the call rejects with `precondition_failed`. */
  readonly ifMatch?: string | readonly string[];
  /**
   * By which the ring knows the write when it is sent again: it is done once. 1 to 255 characters. Default: a new random
   * one for each call, the same for all its attempts. Give your own to repeat a call whose outcome was `unknown`.
   */
  readonly idempotencyKey?: string;
}

export interface PutOptions extends DeleteOptions {
  /** `*`: only if there is no such object yet, else the call rejects with `precondition_failed`. */
  readonly ifNoneMatch?: '*';
  /** Content-Type. Default: none, which is read as `application/octet-stream`. */
  readonly type?: string;
  /** Kept with the object as `Object-Meta-NAME`. Names come back in lower case. */
  readonly meta?: Readonly<Record<string, string>>;
  /** Time to live in seconds, decimals allowed, above 0 and up to ten years. */
  readonly ttl?: number;
  /** How many servers are to have the body. Default: as REPLICAS of the server that it is stored by says. */
  readonly replicas?: number;
  /** Bytes of a body that is a stream, if they are known: a server then refuses at once what it has no room for. */
  readonly size?: number;
}

/** An object that a bundle has. */
export interface BundlePart {
  readonly key: string;
  /** 1 to 1,000,000. Default: 1. */
  readonly quantity?: number;
  /** Its name inside the archive, a relative path. Default: the key. */
  readonly as?: string;
}

export interface DownloadOptions extends CallOptions {
  /** Parts that are missing are left out. */
  readonly allowMissing?: boolean;
}

export interface PutBundleOptions extends DeleteOptions {
  /** `*`: only if there is no such bundle yet, else the call rejects with `precondition_failed`. */
  readonly ifNoneMatch?: '*';
  /** Parts that are missing are no reason to refuse. */
  readonly allowMissing?: boolean;
}

/**
 * What is stored. A function is called for each attempt and gives the same bytes anew. A stream can be read only once: when
 * some of it has left and the server fails, the call rejects with `body_not_replayable`.
 */
export type Body = string | Uint8Array | Readable | (() => Readable);

export interface ListOptions extends CallOptions {
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Only keys behind this one, in the order of their UTF-8 bytes. */
  readonly after?: string;
  /** Objects of a page, 1 to 1,000. Default: 1,000. */
  readonly limit?: number;
}

export interface WatchOptions {
  /** A revision: everything after it is told, as far as a server remembers; else there is a `gap`. Default: from now on. */
  readonly since?: number;
  /** Only objects whose keys begin so; what happens to members is told all the same. */
  readonly prefix?: string;
  /** Ends the watch, which rejects with the signal's reason. To end it quietly, leave the loop. */
  readonly signal?: AbortSignal;
  /** For how long no server may be found before the watch rejects with `unreachable`. Default: that of calls; Infinity: for ever. */
  readonly deadlineMs?: number;
  /** Called with the origin of each server that the watch reads from, at first and after every change. */
  readonly onServer?: (origin: string) => void;
}

/** A call to one server and no other. `server`: its name in the ring, or its URL. */
export interface ServerOptions extends CallOptions {
  readonly server?: string;
}

/** Anything else that the HTTP interface has. */
export interface RawRequest extends CallOptions {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Path and query, percent-encoded, with the slash that it begins with. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Only this server, by name or URL. Default: whichever answers. */
  readonly server?: string;
  /**
   * Whether it may be sent again when nobody knows what came of it. Default: for GET and HEAD, and for what has an
   * Idempotency-Key.
   */
  readonly isRepeatable?: boolean;
}
