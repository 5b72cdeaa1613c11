import { setTimeout as delay } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';

import {
  type BodyPlace,
  formatServerId,
  type Input,
  type LogRecord,
  type Lost,
  type Operation,
  type Outcome,
  type Peek,
  type Readout,
  type ReplicaEvent,
  type Saved,
  type Server,
  type ServerId,
  type SharedFile,
  type Status,
  versionOf,
} from '../replication/index.js';
import { readClock } from './clock.js';
import { type Core, CORE_FACTORY, type CoreFactory, type Who } from './core.js';
import { Crowding } from './crowding.js';
import { Disk } from './disk.js';
import { Driver } from './driver.js';
import { EventLog } from './event-log.js';
import { Fetch } from './fetch.js';
import { FATAL, type Fatal } from './fatal.js';
import type { Identity } from './handshake.js';
import { type LinkInput, Links, type LinkUser } from './links.js';
import { Losses } from './losses.js';
import { RING_OPTIONS, type RingOptions } from './options.js';
import { RingServer } from './ring-server.js';
import { Reclaim } from './reclaim.js';
import { Shortage } from './shortage.js';
import { Standstill } from './standstill.js';
import { Tickets } from './tickets.js';
import { Upload } from './upload.js';
import { Uploads } from './uploads.js';

const NOT_A_MEMBER: Outcome = { kind: 'not-done', reason: 'not-a-member' };
const UNKNOWN: Outcome = { kind: 'unknown' };
const UNAVAILABLE: Outcome = { kind: 'unavailable', reason: 'not-a-member' };
const WAIT: Peek = { kind: 'wait' };
const NO_TICKET = 0;
/** How often memory, the disk, a standstill, what is lost and what is short are looked at. */
const TICKS_PER_LOOK = 10;

/** The files of the directory that this server shares. */
export interface SharedFiles {
  /** A piece of PIECE_BYTES, but for the last; null when the file is not there any more as it was. Never rejects. */
  piece(file: SharedFile, index: number): Promise<Uint8Array | null>;
}

const NO_FILES: SharedFiles = { piece: () => Promise.resolve(null) };

/** This server's place in the ring, for the other modules. Before `start` and after `stop` it is no member. */
@Injectable()
export class RingService implements LinkUser {
  private readonly logger = new Logger('Ring');
  private readonly eventLog = new EventLog(this.logger);
  private readonly crowding: Crowding;
  private readonly reclaim = new Reclaim();
  private readonly standstill = new Standstill(this.logger);
  private readonly losses = new Losses(this.logger);
  private readonly shortage = new Shortage(this.logger);
  private readonly tickets = new Tickets();
  private readonly uploads = new Uploads(this.tickets, (input) => this.driver?.step(input));
  private readonly subject = new Subject<ReplicaEvent>();
  private files: SharedFiles = NO_FILES;
  private load = (): number => 0;
  private ticks = 0;
  private fetches = 0;
  private saved: Saved | null = null;
  private core: Core | null = null;
  private driver: Driver | null = null;

  /** What the replica tells, in its order. `committed` comes after the answer to who wrote. */
  readonly events: Observable<ReplicaEvent> = this.subject.asObservable();

  constructor(
    private readonly links: Links,
    private readonly server: RingServer,
    private readonly disk: Disk,
    @Inject(RING_OPTIONS) private readonly options: RingOptions,
    @Inject(CORE_FACTORY) private readonly createCore: CoreFactory,
    @Inject(FATAL) private readonly fatal: Fatal,
  ) {
    this.crowding = new Crowding(this.logger, options.memoryLimitBytes);
  }

  /** The port that the ring link listens on: what RING_PORT=0 became. Undefined while it does not. */
  get port(): number | undefined {
    return this.server.listeningPort;
  }

  /** Reads what this server has on its disk, before the start. Rejects with a sentence when DATA_DIR cannot be used. */
  async open(): Promise<void> {
    this.saved = await this.disk.open((error) => this.fail(error));
  }

  /**
   * Founds or joins the ring, or comes back to it. It is for who knows that both ports listen, and so where others reach this server.
   */
  start(who: Who): void {
    if (this.driver !== null) throw new Error('the ring has been started already');
    const options = {
      ...this.options,
      saved: this.saved,
      diskRoom: () => this.disk.room(),
      load: () => this.load(),
    };
    this.saved = null;
    this.core = this.createCore(options, who, readClock());
    this.driver = new Driver(this.core, this.links, {
      save: (saves, done) => this.disk.save(saves, done),
      grant: (grant) => this.uploads.grant(grant),
      answer: (answer) => this.tickets.redeem(answer),
      event: (event) => this.publish(event),
      broken: (error) => this.break(error),
    });
    this.links.open(this);
    this.tick();
  }

  /** Goes without a word: the others find out. Whoever still waits is told what is certain; what changed is on the disk. */
  async stop(): Promise<void> {
    this.tick();
    await this.abort();
  }

  /** The same as a crash does it: what the core has not handed over yet is lost. */
  async abort(): Promise<void> {
    this.driver?.stop();
    this.tickets.voidAll();
    this.subject.complete();
    await Promise.all([this.links.close(), this.disk.close()]);
  }

  /** Drains, and resolves when the others have a view without this server. */
  async leave(): Promise<void> {
    await this.ask({ kind: 'left' }, (ticket) => ({ kind: 'leave', ticket }));
  }

  /**
   * Makes the ring go on here, whatever became of the others. `adopted`: a view of the lineage was chosen; `unknown`: not within
   * the time of a request.
   */
  adopt(): Promise<Outcome> {
    if (!this.isRunning) return Promise.resolve(NOT_A_MEMBER);
    const { ticket, outcome } = this.tickets.open(UNKNOWN);
    this.driver!.step({ kind: 'adopt', ticket });
    const { requestTimeoutMs } = this.options;
    void delay(requestTimeoutMs, undefined, { ref: false }).then(() => this.tickets.cancel(ticket));
    return outcome;
  }

  /** A server of a ring with this name was found; `ringId`: of that ring; `isEmpty`: it was never written to. */
  sighted(address: string, ringId: number, isEmpty: boolean): void {
    this.driver?.step({ kind: 'sighted', address, ring: ringId, isEmpty });
  }

  /** No other server was found: this one founds the ring, unless it has one or is to come back to one. */
  found(): void {
    this.driver?.step({ kind: 'found' });
  }

  /** Bytes that are left on the disk; null without one. */
  get diskRoom(): number | null {
    return this.disk.isThere ? this.disk.room() : null;
  }

  /** The clock's beat, several times in a probe interval; it must not depend on traffic. */
  tick(): void {
    this.driver?.step({ kind: 'tick' });
    this.driver?.flush();
    if (this.isRunning && ++this.ticks % TICKS_PER_LOOK === 0) this.watch();
  }

  get isRunning(): boolean {
    return this.driver !== null && !this.driver.isStopped;
  }

  /** The present incarnation. */
  get self(): Server {
    return this.status().self;
  }

  /** After `stop` the last one. It does not exist before `start`. */
  status(): Status {
    if (this.core === null) throw new Error('the ring has not been started');
    return this.core.status(readClock());
  }

  /** The name of a member, for people; its id, when it is none any more. */
  nameOf(server: ServerId): string {
    return this.status().view?.members.find(({ id }) => id === server)?.name ?? formatServerId(server);
  }

  /** Objects whose body no member of the ring has. */
  lost(): Lost {
    return this.core!.lost();
  }

  /** A read that needs nobody else, or `wait`. */
  peek(key: string): Peek {
    return this.isRunning ? this.core!.peek(key, readClock()) : WAIT;
  }

  /** The newest committed version, be it a tombstone, whether or not this server may vouch for it. */
  committed(key: string): LogRecord | undefined {
    return this.core?.committed(key);
  }

  /** Committed objects in key byte order, from behind `after`. */
  list(prefix: string, after: string | null, limit: number): LogRecord[] {
    return this.core?.list(prefix, after, limit) ?? [];
  }

  /** All that is committed, record by record; null while this server is no member. To be ended when it is not read on. */
  readOut(): Readout | null {
    return this.isRunning ? this.core!.readOut() : null;
  }

  /** From now on the others are told how busy this server is; 1 and more: it has enough to do. */
  tellLoad(load: () => number): void {
    this.load = load;
  }

  /** From now on, bodies of files that this server shares are read from here. */
  shareFiles(files: SharedFiles): void {
    this.files = files;
  }

  /** A piece of a body that is on this server's disk only; null when it is not there any more. */
  piece(stored: BodyPlace, index: number): Promise<Uint8Array | null> {
    return stored.kind === 'file' ? this.files.piece(stored, index) : this.disk.piece(stored, index);
  }

  /** The body of this object is not on this server's disk as it was written: the ring is asked for it. */
  unreadable({ revision }: LogRecord): void {
    this.driver?.step({ kind: 'unreadable', stored: { kind: 'records', revision } });
  }

  /** The small body of this object was read from the disk for somebody: others are spared that for a while. */
  warm({ key, revision }: LogRecord, body: Uint8Array): void {
    this.driver?.step({ kind: 'warm', key, revision, body });
  }

  /** A large object may be without its body, which is to be fetched then. */
  read(key: string): Promise<Outcome> {
    return this.ask(UNAVAILABLE, (ticket) => ({ kind: 'read', ticket, key }));
  }

  /** The body of a large object that is not here, but for its pieces from `to` on. To be ended, whatever comes of it. */
  fetch(record: LogRecord, to: number): Fetch {
    const about = { fetch: ++this.fetches, key: record.key, version: versionOf(record), to };
    return new Fetch(record, {
      want: (index) => this.ask(UNAVAILABLE, (ticket) => ({ kind: 'fetch', ticket, ...about, index })),
      read: (place, index) => this.piece(place, index),
      unreadable: () => this.unreadable(record),
      end: () => this.driver?.step({ kind: 'fetch-end', fetch: about.fetch }),
    });
  }

  write(operation: Operation): Promise<Outcome> {
    return this.ask(this.isRunning ? UNKNOWN : NOT_A_MEMBER, (ticket) => ({
      kind: 'write',
      ticket,
      operation,
    }));
  }

  /** A write whose body comes in pieces, of `size` bytes in all; -1 while that is not known. */
  upload(size: number): Upload {
    if (this.isRunning) return this.uploads.begin(size);
    return new Upload(NO_TICKET, size, Promise.resolve(NOT_A_MEMBER), () => undefined);
  }

  /** Resolves when what is committed here is as new as anything acknowledged before the call. */
  barrier(): Promise<Outcome> {
    return this.ask(UNAVAILABLE, (ticket) => ({ kind: 'barrier', ticket }));
  }

  identity(): Identity | null {
    if (!this.isRunning) return null;
    const { ring, secret, readLeaseMs, policy } = this.options;
    return { ring, secret, self: this.self, settings: { READ_LEASE_MS: readLeaseMs, PARTITION: policy } };
  }

  take(input: LinkInput): void {
    this.driver?.step(input);
  }

  private ask(otherwise: Outcome, input: (ticket: number) => Input): Promise<Outcome> {
    if (!this.isRunning) return Promise.resolve(otherwise);
    return this.tickets.issue(otherwise, (ticket) => this.driver!.step(input(ticket)));
  }

  private watch(): void {
    const status = this.status();
    const now = performance.now();
    this.crowding.look(status.bytes, this.disk.isThere, now);
    this.crowding.lookAtDisk(this.diskRoom, now);
    this.standstill.look(status, now);
    this.losses.look(this.lost(), now);
    this.shortage.look(status, now);
    this.reclaim.look(status.bytes);
  }

  private publish(event: ReplicaEvent): void {
    if (event.kind !== 'committed') this.eventLog.tell(event, this.self);
    this.subject.next(event);
  }

  /** A broken invariant: this process ends, and the ring heals. */
  private break(error: unknown): void {
    this.logger.fatal('The replica has broken one of its rules; this server ends.', error);
    void this.abort();
    this.fatal(error);
  }

  /** What a disk has lost, nobody tells: this process ends, and the ring heals. */
  private fail(error: Error): void {
    this.logger.fatal(error.message);
    void this.abort();
    this.fatal(error);
  }
}
