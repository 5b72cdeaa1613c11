import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Subscription } from 'rxjs';

import { type Config, CONFIG } from '../config/index.js';
import { Bodies } from '../objects/index.js';
import { conflictsOf, type ReplicaEvent, type SharedFile, subjectOf } from '../replication/index.js';
import { RingService, type SharedFiles } from '../ring/index.js';
import { Agenda } from './agenda.js';
import { isSharedBy } from './agreement.js';
import { type Directory, OPEN_DIRECTORY, type OpenDirectory } from './directory.js';
import { LeftOut } from './left-out.js';
import { Mirror } from './mirror.js';
import { isUnder } from './path-key.js';
import { PieceCache } from './piece-cache.js';
import { Progress } from './progress.js';
import { isFinal, isGone, reasonOf } from './reason.js';
import { Scanner } from './scanner.js';
import { SETTLE_MS, Settling } from './settling.js';
import { type Content, isSameStamp, type SharedEntry, type Stamp } from './shared-entry.js';
import { Sharer } from './sharer.js';

const TICK_MS = 100;
/** Files that are read, or told the ring, at once. */
const AT_ONCE = 32;
/** What could not be done is tried again. */
const RETRY_MS = 1_000;
/** The share of MEMORY_LIMIT that pieces of files may take beside it. */
const CACHE_SHARE = 1 / 8;
/** Records that are looked at in one turn of the event loop. */
const PAGE = 1_000;
/** Whoever asks for a file that has yet to be read again after a start waits for so long. */
const PATIENCE_MS = 5_000;

/** What there is of the files at this moment. */
export interface FileFigures {
  /** Those that are shared, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly leftOut: number;
  /** Those that have yet to be looked at, or to be told the ring. */
  readonly waiting: number;
  readonly isWalking: boolean;
}

/** Shares the files of FILES_DIR, when it is set; otherwise it does nothing. */
@Injectable()
export class FilesService implements SharedFiles {
  private readonly logger = new Logger('Files');
  private readonly leftOut = new LeftOut(this.logger);
  private readonly settling = new Settling();
  private readonly entries = new Map<string, SharedEntry>();
  private readonly agenda = new Agenda((key) => this.attend(key), AT_ONCE);
  private readonly cache: PieceCache;
  private directory: Directory | null = null;
  private sharer: Sharer | null = null;
  private scanner: Scanner | null = null;
  private progress: Progress | null = null;
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly ring: RingService,
    private readonly bodies: Bodies,
    @Inject(OPEN_DIRECTORY) private readonly openDirectory: OpenDirectory,
  ) {
    this.cache = new PieceCache(CACHE_SHARE * config.memoryLimitBytes);
  }

  /** Null when this server shares no directory. */
  get figures(): FileFigures | null {
    if (this.directory === null) return null;
    const { entries } = this;
    const { size: waiting } = this.agenda;
    const isWalking = this.scanner?.isWalking === true;
    return {
      files: entries.size,
      // All files are gone through for it, so only for who asks.
      get bytes() {
        let bytes = 0;
        for (const { content } of entries.values()) bytes += content.size;
        return bytes;
      },
      leftOut: this.leftOut.count,
      waiting,
      isWalking,
    };
  }

  /** Rejects with a sentence when there is no such directory. */
  async open(): Promise<void> {
    const { filesDirectory } = this.config;
    if (filesDirectory === undefined) return;
    try {
      this.directory = await this.openDirectory(filesDirectory);
    } catch (error) {
      const sentence = `FILES_DIR ${filesDirectory} cannot be shared: ${(error as Error).message}; set it to a directory that this server may read.`;
      throw new Error(sentence, { cause: error });
    }
    this.ring.shareFiles(this);
  }

  /** From now on the ring is told of the files. It has started. */
  start(): void {
    const { directory, ring, logger } = this;
    if (directory === null) return;
    const { filesWritable } = this.config;
    const mirror = filesWritable ? new Mirror(directory, ring, this.bodies, logger) : null;
    this.sharer = new Sharer(ring, mirror, logger);
    const host = {
      found: (key: string) => this.agenda.add(key),
      scanned: (keys: ReadonlySet<string>, under: string) => void this.lookForOthers(keys, under),
    };
    this.scanner = new Scanner(directory, host, this.leftOut, logger, filesWritable);
    this.progress = new Progress(logger, performance.now());
    this.subscription = ring.events.subscribe((event) => this.hear(event));
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.tick();
  }

  close(): void {
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
    this.agenda.close();
    this.scanner?.close();
  }

  /** A piece of a file as the ring knows it; null when it is not so any more. */
  async piece({ key, digest }: SharedFile, index: number): Promise<Uint8Array | null> {
    const entry = this.entries.get(key) ?? (await this.untilRead(key));
    if (entry?.content.digest !== digest) return null;
    const { content } = entry;
    return this.cache.get(`${key}\0${digest}\0${index}`, () => this.readPiece(key, content, index));
  }

  private async readPiece(
    key: string,
    content: SharedEntry['content'],
    index: number,
  ): Promise<Uint8Array | null> {
    const bytes = await this.directory!.piece(key, content, index).catch(() => null);
    // Something has happened to it.
    if (bytes === null) this.agenda.add(key);
    return bytes;
  }

  /** After a start, the ring may know a file that was not read again yet. */
  private async untilRead(key: string): Promise<SharedEntry | undefined> {
    const end = performance.now() + PATIENCE_MS;
    this.agenda.hasten(key);
    while (!this.entries.has(key) && this.agenda.has(key) && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS).unref());
    }
    return this.entries.get(key);
  }

  private tick(): void {
    const now = performance.now();
    this.scanner!.tick(now);
    this.agenda.tick();
    this.progress!.tick(this.agenda.size, now);
    if (this.scanner!.isSettled && this.agenda.size === 0) this.progress!.end(this.entries.size);
    this.leftOut.flush();
  }

  private hear(event: ReplicaEvent): void {
    if (event.kind === 'view') return this.enterView(event.previous === null);
    if (event.kind !== 'committed') return;
    const key = subjectOf(event.record.key);
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    const sharer = this.sharer!;
    if (sharer.hasLost(event.record, entry)) entry.isTold = false;
    const isDone = entry.isTold ? sharer.isAgreed(key, entry) : sharer.isAsked(event.record, entry);
    if (!isDone) this.agenda.add(key);
  }

  /** Whoever comes from another view may have lost what it had told. Who has joined has the ring's state, and its own is forgotten. */
  private enterView(hasJoined: boolean): void {
    if (hasJoined) {
      for (const entry of this.entries.values()) entry.isTold = false;
      void this.lookForUnknown(this.entries);
    }
    void this.compareAll();
  }

  private async compareAll(): Promise<void> {
    let count = 0;
    for (const [key, entry] of this.entries) {
      if (!this.sharer!.isAgreed(key, entry)) this.agenda.add(key);
      if (++count % PAGE === 0) await new Promise(setImmediate);
    }
  }

  /** What the walk through a directory did not meet may be gone. */
  private async lookForOthers(keys: ReadonlySet<string>, under: string): Promise<void> {
    for (const key of this.entries.keys()) if (isUnder(key, under) && !keys.has(key)) this.agenda.add(key);
    if (under === '') await this.lookForUnknown(keys);
  }

  /** The ring may know of more than is there, from before this server was started. */
  private async lookForUnknown(keys: Pick<ReadonlySet<string>, 'has'>): Promise<void> {
    for (const prefix of ['', conflictsOf()]) await this.lookUnder(prefix, keys);
  }

  private async lookUnder(prefix: string, keys: Pick<ReadonlySet<string>, 'has'>): Promise<void> {
    const { name } = this.ring.self;
    for (let after: string | null = null, page = PAGE; page === PAGE;) {
      const records = this.ring.list(prefix, after, PAGE);
      for (const record of records) {
        const key = subjectOf(record.key);
        if (isSharedBy(record, name) && !keys.has(key)) this.agenda.add(key);
      }
      page = records.length;
      after = records.at(-1)?.key ?? null;
      await new Promise(setImmediate);
    }
  }

  /** Looks at one file, and makes the ring know what is in it. */
  private async attend(key: string): Promise<number | null> {
    try {
      return await this.attendOrFail(key);
    } catch (error) {
      if (isGone(error)) return SETTLE_MS;
      this.leftOut.note(key, reasonOf(error));
      return isFinal(error) ? this.lost(key) : RETRY_MS;
    }
  }

  private async attendOrFail(key: string): Promise<number | null> {
    const look = await this.directory!.look(key, this.config.maxObjectBytes);
    if (look.kind === 'again') return RETRY_MS;
    if (look.kind === 'left-out') this.leftOut.note(key, look.reason);
    if (look.kind === 'gone') this.leftOut.forget(key);
    if (look.kind !== 'file') return this.lost(key);
    const entry = await this.entryOf(key, look.stamp);
    if (entry === null) return SETTLE_MS;
    this.leftOut.forget(key);
    return (await this.sharer!.agree(key, entry)) ? null : RETRY_MS;
  }

  /** null: somebody may be writing it. */
  private async entryOf(key: string, stamp: Stamp): Promise<SharedEntry | null> {
    const known = this.entries.get(key);
    if (known !== undefined && isSameStamp(known.stamp, stamp)) return known;
    if (!this.settling.isSettled(key, stamp, Date.now(), performance.now())) return null;
    const content = await this.read(key, stamp);
    if (content === null) return null;
    this.progress!.read(content.size);
    const entry = entryFrom(known, stamp, content);
    this.entries.set(key, entry);
    return entry;
  }

  private async read(key: string, stamp: Stamp): Promise<Content | null> {
    const start = performance.now();
    const content = await this.directory!.read(key, stamp);
    const end = performance.now();
    if (content === null) this.settling.changed(key, end, end - start);
    return content;
  }

  private async lost(key: string): Promise<number | null> {
    this.entries.delete(key);
    this.settling.forget(key);
    return (await this.sharer!.withdraw(key)) ? null : RETRY_MS;
  }
}

function entryFrom(known: SharedEntry | undefined, stamp: Stamp, content: Content): SharedEntry {
  const { digest } = content;
  if (known?.content.digest === digest) return { ...known, stamp, content };
  // What this server wrote is what the ring had.
  return {
    stamp,
    content,
    former: known?.content.digest ?? null,
    isTold: known?.written === digest,
    isConflict: false,
    written: null,
  };
}
