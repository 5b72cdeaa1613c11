import type { Effects } from './effects.js';
import { Queue } from './queue.js';
import type { LogRecord, Part } from './record.js';
import type { Change, Fact, MarkFact, Table } from './saved.js';

/** Changes that were handed over together. */
interface Batch {
  readonly sequence: number;
  /** Every record up to here is on disk once it is. */
  last: number;
}

interface Action {
  readonly sequence: number;
  readonly act: () => void;
}

/**
 * What goes to this server's disk, in its order, and what of it is there. Without a disk everything is safe at once. Changes
 * for which nobody waits, such as the end of what was overwritten, go with the next ones or with the next tick.
 */
export class Journal {
  /** Every record up to here is on disk. */
  storedTo = 0;
  private last = 0;
  private changes: Change[] = [];
  private isUrgent = false;
  private isVital = false;
  private isMarked = false;
  private sequence = 0;
  private safe = 0;
  private readonly batches = new Queue<Batch>();
  private readonly actions = new Queue<Action>();

  constructor(
    readonly isDurable: boolean,
    private readonly effects: Effects,
  ) {}

  /** A record of the order; the next one that this server is to have on its disk. */
  stored(record: LogRecord): void {
    if (!this.isDurable) return;
    this.changes.push({ kind: 'put', table: 'records', record });
    this.last = record.revision;
    this.isUrgent = true;
  }

  /** Records above this revision are no part of the order any more. */
  truncated(revision: number): void {
    if (!this.isDurable) return;
    this.changes.push({ kind: 'truncate', table: 'records', revision });
    this.setBack(revision);
    this.isUrgent = true;
  }

  /** Everything up to this revision was written as a whole, and not record by record. */
  loaded(revision: number): void {
    this.last = revision;
    this.isUrgent = true;
  }

  put(table: Table, record: LogRecord): void {
    if (this.isDurable) this.changes.push({ kind: 'put', table, record });
  }

  /** A piece of a large body that is ahead of its record; `then` it is there. */
  piece(part: Part, index: number, bytes: Uint8Array, then: () => void): void {
    this.changes.push({ kind: 'piece', part, index, bytes });
    this.whenSafe(then);
  }

  /** No record will take over this body any more. */
  discard(part: Part): void {
    if (this.isDurable) this.changes.push({ kind: 'discard', part });
  }

  drop(table: Table, revision: number): void {
    if (this.isDurable) this.changes.push({ kind: 'drop', table, revision });
  }

  clear(table: Table): void {
    if (this.isDurable) this.changes.push({ kind: 'clear', table });
  }

  note(fact: Fact): void {
    if (this.isDurable) this.changes.push({ kind: 'fact', fact });
  }

  /** The mark is not what it was: it goes with the next changes. */
  marked(): void {
    this.isMarked = this.isDurable;
  }

  /** What others will rely on as soon as they hear of it: it is on disk before, whatever FSYNC says. */
  pledge(fact: Fact): void {
    if (!this.isDurable) return;
    this.note(fact);
    this.isUrgent = true;
    this.isVital = true;
  }

  /** Does this once everything so far is safe. */
  whenSafe(act: () => void): void {
    if (this.changes.length === 0 && this.safe === this.sequence) return act();
    const sequence = this.sequence + (this.changes.length > 0 ? 1 : 0);
    this.isUrgent = true;
    this.actions.push({ sequence, act });
  }

  /** Those who waited for something to be safe are gone. */
  forgetActions(): void {
    this.actions.clear();
  }

  /** Hands over what somebody waits for; all of it, when asked to. */
  flush(mark: () => MarkFact, all = false): void {
    if (!this.isUrgent && !all) return;
    if (this.isMarked) this.note(mark());
    this.isMarked = false;
    if (this.changes.length === 0) return;
    this.batches.push({ sequence: ++this.sequence, last: this.last });
    this.effects.save({ sequence: this.sequence, changes: this.changes, isVital: this.isVital });
    this.changes = [];
    this.isUrgent = false;
    this.isVital = false;
  }

  /** All that was handed over up to this number is safe. */
  saved(sequence: number): void {
    this.safe = Math.max(this.safe, sequence);
    while (this.batches.length > 0 && this.batches.at(0)!.sequence <= sequence)
      this.storedTo = this.batches.shift()!.last;
    while (this.actions.length > 0 && this.actions.at(0)!.sequence <= sequence) this.actions.shift()!.act();
  }

  /** What a server finds on its disk when it starts is there. */
  resume(last: number): void {
    this.last = last;
    this.storedTo = last;
  }

  /** What is on the disk counts only up to this revision. */
  setBack(revision: number): void {
    this.last = Math.min(this.last, revision);
    this.storedTo = Math.min(this.storedTo, revision);
    for (let index = 0; index < this.batches.length; index++) {
      const batch = this.batches.at(index)!;
      batch.last = Math.min(batch.last, revision);
    }
  }
}
