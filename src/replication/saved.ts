import type { Accepted, Ballot } from './messages.js';
import type { LogRecord, Part } from './record.js';
import type { ServerId } from './server.js';
import type { View, ViewId } from './view.js';

/**
 * Records that are kept under their revision. `records`: the catalogue and the log above the watermark. `done`: what became of
 * requests with an Idempotency-Key, without bodies. `offers`: what this server wrote apart from the ring, until the ring has it.
 */
export type Table = 'records' | 'done' | 'offers';

/**
 * Where a body is on this server's disk: that of a record in one of the tables, or a large one that came ahead of its record.
 */
export type OnDisk =
  | { readonly kind: 'records' | 'offers'; readonly revision: number }
  | { readonly kind: 'part'; readonly part: Part };

/** A file of the directory that this server shares, as it was with this digest. */
export interface SharedFile {
  readonly kind: 'file';
  readonly key: string;
  readonly digest: string;
}

/** Where a body is that is not in memory. */
export type BodyPlace = OnDisk | SharedFile;

/**
 * A change to what is kept on disk. Changes are made in their order and none without all before it; those that were
 * handed over together are made together or not at all.
 *
 * A `put` brings its body with it, or has a body whose pieces are in part or all null: then they are where it is `stored`, and were
 * there before these changes.
 * Pieces come in their order. What a record took over from a part does not go with the part.
 */
export type Change =
  | { readonly kind: 'put'; readonly table: Table; readonly record: LogRecord }
  | { readonly kind: 'drop'; readonly table: Table; readonly revision: number }
  /** Drops every record above this revision. */
  | { readonly kind: 'truncate'; readonly table: Table; readonly revision: number }
  | { readonly kind: 'clear'; readonly table: Table }
  | { readonly kind: 'piece'; readonly part: Part; readonly index: number; readonly bytes: Uint8Array }
  | { readonly kind: 'discard'; readonly part: Part }
  /** Replaces one fact. */
  | { readonly kind: 'fact'; readonly fact: Fact };

/** What is kept beside records, each once. They hold nothing but what JSON can express. */
export type Fact = PlaceFact | ChoiceFact | MarkFact;
export type FactName = Fact['name'];

/** Where this server stands. */
export interface PlaceFact {
  readonly name: 'place';
  /** Its incarnation in `view`. */
  readonly seat: ServerId;
  /** The last view that it was in; null while it takes another member's state in, and its records are nobody's state. */
  readonly view: View | null;
  /** Ring addresses to ask when it is in no view. */
  readonly contacts: readonly string[];
  readonly history: readonly Step[];
  readonly vote: Vote | null;
  /** Its records are not those of the view: some were damaged, or it wrote apart from it. */
  readonly isDamaged: boolean;
}

/** Its part in choosing the view after `of` (single-decree Paxos). */
export interface ChoiceFact {
  readonly name: 'choice';
  readonly of: ViewId;
  readonly promised: Ballot;
  readonly accepted: Accepted | null;
}

export interface MarkFact {
  readonly name: 'mark';
  readonly watermark: number;
  /** Tombstones up to here are gone. */
  readonly floor: number;
  /** Each origin's last numbered request. */
  readonly origins: readonly (readonly [ServerId, number])[];
}

/** A view that a server has gone through. */
export interface Step {
  readonly id: ViewId;
  /** The last revision that it took over from the view before. */
  readonly start: number;
}

/** What a server may still say in the last view of the lineage that it was in, after it went on without a quorum of it. */
export interface Vote {
  readonly view: ViewId;
  /** Its incarnation there. */
  readonly as: ServerId;
  /** It had accepted a next view of the lineage, which may have been chosen. */
  readonly isBound: boolean;
}

/** What a server finds on its disk when it starts. */
export interface Saved {
  readonly facts: readonly Fact[];
  /** Of each table, in the order of revisions. Large bodies are there, or null where they are damaged. */
  readonly records: readonly LogRecord[];
  readonly done: readonly LogRecord[];
  readonly offers: readonly LogRecord[];
  /** What could not be read back as it was written, each named for people. */
  readonly damaged: readonly string[];
}
