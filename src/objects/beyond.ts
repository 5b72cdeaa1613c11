import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** Injects who knows of objects beyond this ring; where nobody is, this ring is all there is. */
export const BEYOND = Symbol('BEYOND');

/** What is beyond this ring. Objects know no more of it than this. */
export interface Beyond {
  /** Answers a request whose key does not belong to this ring; null: it does. */
  claim(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> | null;
  /** Answers a GET or HEAD of a key that this ring does not have. */
  read(request: IncomingMessage, response: ServerResponse, key: string): Promise<void>;
  /**
   * Those of these keys that are there, by their keys, as far as that is known within a bounded time. `headers`: of the request on whose
   * account that is.
   *
   * @throws Problem when too much is looked for at once
   */
  find(keys: readonly string[], headers: IncomingHttpHeaders): Promise<ReadonlyMap<string, FarObject>>;
}

/**
 * Bytes. A body beyond this ring is here as a whole when it has been opened, if it is no longer than this. A longer one comes as it is
 * taken, and is cut off when nothing of it is taken for a while.
 */
export const HELD_BODY_BYTES = 256 * 1024;

/** A version of an object beyond this ring. */
export interface FarObject {
  /** The name of the island that has it. */
  readonly island: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  readonly etag: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly lastModified: number;
  /** Names of the servers there that keep it; none when that is not told. */
  readonly holders: readonly string[];
  /**
   * The body of this very version, which is to be taken to its end or to be returned; null when it is not there any more.
   *
   * @throws Problem when its island does not answer, and from the bytes when they break off
   */
  open(): Promise<AsyncGenerator<Uint8Array, void> | null>;
}
