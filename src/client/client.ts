import type {
  Conflict,
  ConflictPage,
  ListedObject,
  ObjectHead,
  ObjectReader,
  Page,
  RawAnswer,
  Written,
} from './answers.js';
import { Bundles } from './bundles.js';
import { Conflicts } from './conflicts.js';
import { RingletError } from './error.js';
import type { WatchEvent } from './events.js';
import { Objects } from './objects.js';
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
import { Orders } from './orders.js';
import { connect, type Plant } from './plant.js';
import type { Health, Island, RingStatus } from './ring-answers.js';
import { Watching } from './watching.js';

/**
 * A client of one ring, for any number of calls at once. Every call rejects with a `RingletError`, or with the reason of the
 * signal that ended it.
 */
export class RingletClient {
  /** Named lists of objects. */
  readonly bundles: Bundles;
  private readonly plant: Plant;
  private readonly objects: Objects;
  private readonly losers: Conflicts;
  private readonly orders: Orders;
  private readonly watching: Watching;

  /** Nothing is sent before the first call. @throws RingletError `bad_option` */
  constructor(options: ClientOptions = {}) {
    this.plant = connect(options);
    const { exchange } = this.plant;
    this.bundles = new Bundles(exchange);
    this.objects = new Objects(exchange);
    this.losers = new Conflicts(exchange);
    this.orders = new Orders(this.plant);
    this.watching = new Watching(this.plant);
  }

  /** Reads an object. Null when there is none. */
  get(key: string, options?: GetOptions): Promise<ObjectReader | null> {
    return this.objects.get(key, options);
  }

  /** What is known of an object. Null when there is none. */
  head(key: string, options?: ReadOptions): Promise<ObjectHead | null> {
    return this.objects.head(key, options);
  }

  /** Stores an object, and resolves when every member of the ring has it. */
  put(key: string, body: Body, options?: PutOptions): Promise<Written> {
    return this.objects.put(key, body, options);
  }

  /** Deletes an object. Null when there was none. */
  delete(key: string, options?: DeleteOptions): Promise<Written | null> {
    return this.objects.delete(key, options);
  }

  /** One page of the listing. */
  page(options?: ListOptions): Promise<Page> {
    return this.objects.page(options);
  }

  /** Page after page, each asked for when the one before was taken. The deadline is that of each page. */
  pages(options?: ListOptions): AsyncGenerator<Page, void, undefined> {
    return this.objects.pages(options);
  }

  /** Every object, page after page. */
  list(options?: ListOptions): AsyncGenerator<ListedObject, void, undefined> {
    return this.objects.list(options);
  }

  /** What is written from now on, or after `since`. It goes on at another server when its own fails, and misses and repeats nothing. */
  watch(options?: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    return this.watching.watch(options);
  }

  /** The ring as the nearest server sees it, or the one that is named. */
  ring(options?: ServerOptions): Promise<RingStatus> {
    return this.orders.ring(options);
  }

  /** The other islands as the nearest server sees them, or the one that is named. */
  islands(options?: ServerOptions): Promise<readonly Island[]> {
    return this.orders.islands(options);
  }

  /** Whether one server is ready. Rejects with `unreachable` when it does not answer. `server`: name or URL. */
  health(server: string, options?: CallOptions): Promise<Health> {
    return this.orders.health(server, options);
  }

  /** Asks a server to leave the ring and end. Resolves with its name when it has begun to. `server`: name or URL. */
  leave(server: string, options?: CallOptions): Promise<string> {
    return this.orders.leave(server, options);
  }

  /** Lets the ring go on in the view of this server, whatever became of the others. `server`: name or URL. */
  adopt(server: string, options?: CallOptions): Promise<void> {
    return this.orders.adopt(server, options);
  }

  /** One page of what lost when two sides of the ring met again. */
  conflictPage(options?: ListOptions): Promise<ConflictPage> {
    return this.losers.page(options);
  }

  /** All of it. */
  conflicts(options?: ListOptions): AsyncGenerator<Conflict, void, undefined> {
    return this.losers.all(options);
  }

  /** Reads what lost: the newest of this key, or that of a revision. Null when there is none, or when it was a deletion. */
  getConflict(key: string, options?: CallOptions & { revision?: number }): Promise<ObjectReader | null> {
    return this.losers.get(key, options);
  }

  /** Settles all conflicts of a key, or that of a revision. False when there is none. */
  settleConflict(key: string, options?: CallOptions & { revision?: number }): Promise<boolean> {
    return this.losers.settle(key, options);
  }

  /** Any other request, with the same care. Rejects for a status of 400 or above. */
  request(request: RawRequest): Promise<RawAnswer> {
    return this.orders.request(request);
  }

  /** Ends every call and watch with `closed`, and closes all connections. */
  close(): void {
    this.plant.end(new RingletError('usage', 'closed', 'The client was closed: make another one.'));
  }
}
