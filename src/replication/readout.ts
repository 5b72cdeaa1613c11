import type { Catalogue } from './catalogue.js';
import { Queue } from './queue.js';
import type { LogRecord } from './record.js';

/** Tombstones that may wait for a reader. Who is so slow, in a ring that deletes so much, is lost. */
export const MOST_DROPPED = 100_000;

/**
 * Reads a catalogue's committed records in revision order while it changes: a record that is written again moves to
 * the end, where the reader meets it once more. A tombstone that is dropped before the reader came to it is given next, since
 * the reader may have the object that it deletes. So whoever applies the records in the order in which they are
 * given has, at the end, exactly what is committed then.
 */
export class Readout {
  private records: IterableIterator<LogRecord>;
  private readonly dropped = new Queue<LogRecord>();
  private readonly listener = (tombstone: LogRecord): void => this.drop(tombstone);
  private given: number;

  /**
   * @param base records up to here are left out
   * @param isCurrent whether the catalogue is still that of a member of the ring
   */
  constructor(
    private readonly catalogue: Catalogue,
    private readonly base = 0,
    private readonly isCurrent: () => boolean = () => true,
  ) {
    this.given = base;
    this.records = catalogue.records(base);
    catalogue.onDropped.add(this.listener);
  }

  /** No one reads on. */
  end(): void {
    this.catalogue.onDropped.delete(this.listener);
  }

  /** Whether everything committed so far has been given. */
  get isAtEnd(): boolean {
    return this.dropped.length === 0 && this.given >= this.catalogue.newestCommitted;
  }

  /** What was read can never be completed: the catalogue is not the ring's any more, or too much waits. */
  get isLost(): boolean {
    return !this.isCurrent() || this.dropped.length > MOST_DROPPED;
  }

  /** At the end: all that was given is the state at this revision. */
  get revision(): number {
    return this.catalogue.watermark;
  }

  /**
   * The next record; undefined at the end. An iterator that ended starts over; what it then does not find any more was
   * a tombstone that has been dropped.
   */
  take(): LogRecord | undefined {
    if (this.dropped.length > 0) return this.dropped.shift();
    for (let scans = 0; !this.isAtEnd && scans < 2;) {
      const { value, done } = this.records.next();
      if (!done && value.revision > this.given) return this.give(value);
      if (done) {
        this.records = this.catalogue.records(this.base);
        scans++;
      }
    }
    this.given = Math.max(this.given, this.catalogue.newestCommitted);
    return undefined;
  }

  private give(record: LogRecord): LogRecord {
    this.given = record.revision;
    return record;
  }

  private drop(tombstone: LogRecord): void {
    if (tombstone.revision > this.given) this.dropped.push(tombstone);
  }
}
