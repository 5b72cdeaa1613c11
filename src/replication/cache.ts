import type { LogRecord } from './record.js';
import type { State } from './state.js';

/** From this share of the limit on, it is noted what is read. */
const TIGHT = 0.75;
/** Records that are looked at for one write. */
const LOOKED_AT = 64;

/**
 * Keeps what small bodies take of memory within the limit, on a server that has them on its disk as well: those that were not read for
 * long are on the disk only then. A hand goes round the objects and spares once what was read since it came by (the clock algorithm,
 * Corbató 1968), which is as good as least recently used and costs a read next to nothing.
 */
export class Cache {
  private hand: Iterator<LogRecord> | null = null;
  /** Where the hand's round ends: what comes meanwhile is met in the next, or the newest would be the first to leave. */
  private end = 0;
  private readonly read = new Set<string>();
  /** Bodies that came by themselves, and are on their way to the disk. */
  private readonly unsaved = new Set<number>();

  constructor(private readonly state: State) {}

  /** This object was read. */
  touch(key: string): void {
    if (!this.isTight) return;
    const { objects, conflicts } = this.state.catalogue;
    // The hand, which does not move before there is too much, never comes by what was deleted.
    if (this.read.size > objects + conflicts) this.read.clear();
    this.read.add(key);
  }

  /** The body of this revision is on its way to the disk, behind its record. */
  attached(revision: number): void {
    const { journal } = this.state;
    if (!journal.isDurable) return;
    this.unsaved.add(revision);
    journal.whenSafe(() => this.unsaved.delete(revision));
  }

  /** Makes room, a bit at a time. */
  sweep(): void {
    const { journal, catalogue, options } = this.state;
    if (!journal.isDurable || catalogue.bytes <= options.memoryLimitBytes) return;
    for (let looks = 0; looks < LOOKED_AT && catalogue.bytes > options.memoryLimitBytes; looks++) {
      const record = this.next();
      if (record === null) return;
      if (this.isKept(record)) continue;
      if (!this.read.delete(record.key)) catalogue.evict(record);
    }
  }

  /** The hand stands at another catalogue now. */
  installed(): void {
    this.hand = null;
    this.read.clear();
  }

  private get isTight(): boolean {
    const { journal, catalogue, options } = this.state;
    return journal.isDurable && catalogue.bytes > TIGHT * options.memoryLimitBytes;
  }

  private isKept({ kind, body, revision }: LogRecord): boolean {
    if (kind !== 'put' || !(body instanceof Uint8Array) || body.length === 0) return true;
    return revision > this.state.journal.storedTo || this.unsaved.has(revision);
  }

  private next(): LogRecord | null {
    const { catalogue } = this.state;
    if (this.hand === null) {
      this.hand = catalogue.records();
      this.end = catalogue.newestCommitted;
    }
    const { value, done } = this.hand.next();
    if (done !== true && value.revision <= this.end) return value;
    this.hand = null;
    return null;
  }
}
