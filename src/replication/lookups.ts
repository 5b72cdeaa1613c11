import type { Blob, Version } from './blob.js';
import type { Cache } from './cache.js';
import type { Downstream } from './downstream.js';
import type { Lost } from './interface.js';
import type { Found, Lookup } from './messages.js';
import { IN_DIRECTORY, versionOf, type LogRecord } from './record.js';
import type { ServerId } from './server.js';
import type { State } from './state.js';
import type { Streams } from './streams.js';

interface Asked {
  readonly revision: number;
  readonly isLarge: boolean;
  /** Monotonic ms of the question, or of the last that came of it. */
  movedAt: number;
}

/** Bodies that a member which is filling asks for at once. */
const FILL_WINDOW = 32;
/** Large ones among them. */
const LARGE_FILL_WINDOW = 4;
/** Keys of lost bodies that are told. */
const LOST_TOLD = 100;
/** Bodies that came from others whose origin is still told to readers. */
const REMEMBERED = 1024;

const NOTHING_LOST: Lost = { count: 0, keys: [], isAll: false };

/**
 * Asks round the ring for bodies that are not here: at most one lap, one lookup a key at a time. The answer is
 * carried on to the asker, and servers on its way that lack the body keep it.
 */
export class Lookups {
  private readonly asked = new Map<string, Asked>();
  /** Bodies that nobody in this view had: only a reader asks for them again. */
  private readonly missing = new Map<string, number>();
  /** False: all that was lost before this view was asked for. What is lost in it was, too. */
  private mayBeSeeking = true;
  private readonly holders = new Map<string, { revision: number; holder: ServerId }>();

  constructor(
    private readonly state: State,
    private readonly downstream: Downstream,
    private readonly streams: Streams,
    private readonly cache: Cache,
    private readonly onFound: () => void,
    private readonly onMissing: (key: string) => void,
    private readonly onUnanswered: (fetch: number) => void,
  ) {}

  /** False when there is nobody to ask. */
  ask(record: LogRecord): boolean {
    const { place, isActive, self, now } = this.state;
    const { key } = record;
    const revision = versionOf(record);
    if (this.asked.get(key)?.revision === revision || !place || !isActive) return true;
    if (place.isAlone) return false;
    this.asked.set(key, { revision, isLarge: this.isLarge(record), movedAt: now });
    this.downstream.send({ kind: 'lookup', view: place.view.id, asker: self.id, key, revision, span: null });
    return true;
  }

  isAsked(record: LogRecord): boolean {
    return this.asked.get(record.key)?.revision === versionOf(record);
  }

  /** The server whose copy of this version was fetched here, when it was. */
  holderOf(record: LogRecord): ServerId | null {
    const known = this.holders.get(record.key);
    return known?.revision === versionOf(record) ? known.holder : null;
  }

  /** Everything is asked again in the new view. */
  installed(): void {
    this.asked.clear();
    this.missing.clear();
    this.mayBeSeeking = true;
    this.onFound();
  }

  /** Asks for what this server must hold and lacks, and forgets questions that got lost. */
  tick(): void {
    const { catalogue, now, options } = this.state;
    let isAny = catalogue.lacking.size > 0;
    for (const [key, { movedAt, revision }] of this.asked) {
      // What is announced comes, though it may have to wait for others: to ask again would send it twice, and make all wait longer.
      const isQuiet = now - movedAt > options.suspectAfterMs && this.streams.coming(key, revision) === null;
      if (isQuiet) isAny = this.asked.delete(key);
    }
    this.fill();
    if (isAny) this.onFound();
  }

  lookup(message: Lookup): void {
    const { self, catalogue, place } = this.state;
    if (message.asker === self.id) return this.unanswered(message);
    const record = catalogue.version(message.key, message.revision);
    if (!record?.body) return this.downstream.send(message);
    const { asker, key, revision, span } = message;
    const { body } = record;
    if (!(body instanceof Uint8Array)) return this.streams.serve(asker, record, span);
    this.downstream.send({
      kind: 'found',
      view: place!.view.id,
      asker,
      holder: self.id,
      key,
      revision,
      body,
    });
  }

  found(message: Found): void {
    const { catalogue, self } = this.state;
    const { key, revision, holder } = message;
    if (catalogue.attach(key, revision, message.body)) this.keep(key, revision, holder);
    if (message.asker !== self.id) return this.downstream.send(message);
    this.answered(key);
  }

  /**
   * This server was answering, and finds that it cannot: it answers anew, if the body is in another place by now. Otherwise the question goes
   * on, to who may have it.
   */
  passOn(version: Version, asker: ServerId): void {
    const { place, isActive, catalogue } = this.state;
    if (!place || !isActive) return;
    const message: Lookup = { kind: 'lookup', view: place.view.id, asker, ...version };
    // A file that has changed is nowhere else here.
    if (catalogue.version(version.key, version.revision)?.replicas === IN_DIRECTORY)
      this.downstream.send(message);
    else this.lookup(message);
  }

  /** What this server lacks and nobody in this view has, as far as it has asked. */
  lost(): Lost {
    const { catalogue, place, phase } = this.state;
    const { lacking, lost } = catalogue;
    if (lacking.size + lost.size === 0 || !place || phase !== 'member') return NOTHING_LOST;
    const known = place.isAlone ? lacking : this.missing;
    const isLost = ([key, version]: [string, number]): boolean => lacking.get(key) === version;
    const limited = [...lost.keys()];
    const keys = [...known].filter(isLost).map(([key]) => key);
    const isAll = keys.length === lacking.size && catalogue.last >= place.view.start;
    const all = [...keys, ...limited];
    return { count: all.length, keys: all.slice(0, LOST_TOLD), isAll };
  }

  /** What nobody had before this view is yet to be asked for, as somebody may have brought it. */
  get isSeeking(): boolean {
    const isUnasked = ([key, version]: [string, number]): boolean => this.missing.get(key) !== version;
    this.mayBeSeeking &&= [...this.state.catalogue.lost].some(isUnasked);
    return this.mayBeSeeking;
  }

  /** A piece of a large body has come in. */
  moving({ version }: Blob): void {
    const asked = this.asked.get(version!.key);
    if (asked?.revision === version!.revision) asked.movedAt = this.state.now;
  }

  /** A large body that was lacking here has come in. */
  arrived({ version, source, body }: Blob): void {
    const { key, revision } = version!;
    if (this.state.catalogue.attach(key, revision, body)) this.keep(key, revision, source);
    this.answered(key);
  }

  private answered(key: string): void {
    this.asked.delete(key);
    this.fill();
    this.onFound();
  }

  /** A version that is being replaced may be gone everywhere: its reader waits for the next one. */
  private unanswered(message: Lookup): void {
    if (message.span !== null) return this.onUnanswered(message.span.fetch);
    this.asked.delete(message.key);
    const { catalogue } = this.state;
    const newest = catalogue.newest(message.key);
    const isNewest = newest !== undefined && versionOf(newest) === message.revision;
    if (!isNewest) return this.onFound();
    this.missing.set(message.key, message.revision);
    catalogue.giveUp(message.key, message.revision);
    this.onMissing(message.key);
  }

  /** It ends at the first that has to wait: to look behind it, with each body that comes, would cost the square of their number. */
  private fill(): void {
    const { catalogue, place } = this.state;
    const { lacking, lost } = catalogue;
    if (lacking.size + lost.size === 0 || !place || place.isAlone) return;
    if (this.isSeeking) this.askFor(lost.keys());
    this.askFor(lacking.keys());
  }

  private askFor(keys: Iterable<string>): void {
    const { catalogue } = this.state;
    let large = 0;
    for (const asked of this.asked.values()) if (asked.isLarge) large++;
    for (const key of keys) {
      if (this.asked.size >= FILL_WINDOW) return;
      const record = catalogue.get(key);
      if (!record || record.body !== null || this.missing.get(key) === versionOf(record)) continue;
      if (this.isLarge(record) && !this.asked.has(key) && ++large > LARGE_FILL_WINDOW) return;
      this.ask(record);
    }
  }

  private isLarge({ size }: LogRecord): boolean {
    return size > this.state.options.inlineBodyBytes;
  }

  private keep(key: string, revision: number, holder: ServerId): void {
    const { catalogue, journal } = this.state;
    const record = catalogue.version(key, revision)!;
    journal.put('records', record);
    this.cache.attached(record.revision);
    this.holders.set(key, { revision, holder });
    if (this.holders.size > REMEMBERED) this.holders.delete(this.holders.keys().next().value!);
  }
}
