import type {
  Conflict,
  ConflictPage,
  Health,
  ListedObject,
  ObjectHead,
  ObjectReader,
  Page,
  RawAnswer,
  RingStatus,
  Written,
} from './answers.js';
import type { WatchEvent } from './events.js';
import type {
  Body,
  CallOptions,
  ClientOptions,
  DeleteOptions,
  GetOptions,
  ListOptions,
  PutOptions,
  RawRequest,
  ReadOptions,
  ServerOptions,
  WatchOptions,
} from './options.js';

/**
 * A client of one ring, for any number of calls at once. Every call rejects with a `RingletError`, or with the reason of the
 * signal that ended it.
 */
export class RingletClient {
  /** Nothing is sent before the first call. @throws RingletError `bad_option` */
  constructor(_options: ClientOptions = {}) {
    throw new Error('to be written');
  }

  /** Reads an object. Null when there is none. */
  get(_key: string, _options?: GetOptions): Promise<ObjectReader | null> {
    throw new Error('to be written');
  }

  /** What is known of an object. Null when there is none. */
  head(_key: string, _options?: ReadOptions): Promise<ObjectHead | null> {
    throw new Error('to be written');
  }

  /** Stores an object, and resolves when every member of the ring has it. */
  put(_key: string, _body: Body, _options?: PutOptions): Promise<Written> {
    throw new Error('to be written');
  }

  /** Deletes an object. Null when there was none. */
  delete(_key: string, _options?: DeleteOptions): Promise<Written | null> {
    throw new Error('to be written');
  }

  /** One page of the listing. */
  page(_options?: ListOptions): Promise<Page> {
    throw new Error('to be written');
  }

  /** Page after page, each asked for when the one before was taken. The deadline is that of each page. */
  pages(_options?: ListOptions): AsyncGenerator<Page, void, undefined> {
    throw new Error('to be written');
  }

  /** Every object, page after page. */
  list(_options?: ListOptions): AsyncGenerator<ListedObject, void, undefined> {
    throw new Error('to be written');
  }

  /** What is written from now on, or after `since`. It goes on at another server when its own fails, and misses and repeats nothing. */
  watch(_options?: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    throw new Error('to be written');
  }

  /** The ring as the nearest server sees it, or the one that is named. */
  ring(_options?: ServerOptions): Promise<RingStatus> {
    throw new Error('to be written');
  }

  /** Whether one server is ready. Rejects with `unreachable` when it does not answer. `server`: name or URL. */
  health(_server: string, _options?: CallOptions): Promise<Health> {
    throw new Error('to be written');
  }

  /** Asks a server to leave the ring and end. Resolves with its name when it has begun to. `server`: name or URL. */
  leave(_server: string, _options?: CallOptions): Promise<string> {
    throw new Error('to be written');
  }

  /** Lets the ring go on in the view of this server, whatever became of the others. `server`: name or URL. */
  adopt(_server: string, _options?: CallOptions): Promise<void> {
    throw new Error('to be written');
  }

  /** One page of what lost when two sides of the ring met again. */
  conflictPage(_options?: ListOptions): Promise<ConflictPage> {
    throw new Error('to be written');
  }

  /** All of it. */
  conflicts(_options?: ListOptions): AsyncGenerator<Conflict, void, undefined> {
    throw new Error('to be written');
  }

  /** Reads what lost: the newest of this key, or that of a revision. Null when there is none, or when it was a deletion. */
  getConflict(_key: string, _options?: CallOptions & { revision?: number }): Promise<ObjectReader | null> {
    throw new Error('to be written');
  }

  /** Settles all conflicts of a key, or that of a revision. False when there is none. */
  settleConflict(_key: string, _options?: CallOptions & { revision?: number }): Promise<boolean> {
    throw new Error('to be written');
  }

  /** Any other request, with the same care. Rejects for a status of 400 or above. */
  request(_request: RawRequest): Promise<RawAnswer> {
    throw new Error('to be written');
  }

  /** Ends every call and watch with `closed`, and closes all connections. */
  close(): void {
    throw new Error('to be written');
  }
}
