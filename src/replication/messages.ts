import type { LogRecord, Operation } from './record.js';
import type { Step, Vote } from './saved.js';
import type { Server, ServerId } from './server.js';
import type { View, ViewId } from './view.js';

/** Orders the proposals for the view after one view (single-decree Paxos). */
export interface Ballot {
  readonly number: number;
  readonly proposer: ServerId;
}

export interface Accepted {
  readonly ballot: Ballot;
  readonly view: View;
}

/** What a member answers to a prepare lap. */
export interface Promise {
  readonly member: ServerId;
  /** As whom it will be in the next view, when it has come back in the place of that member; null otherwise. */
  readonly as: Server | null;
  /** What it has on its disk cannot be trusted: it has a voice, but no place in the next view. */
  readonly isDamaged: boolean;
  /** It lacks bodies: it has come back without them, or could not read them from its disk. */
  readonly lacks: boolean;
  /** Its people said that the ring goes on here, whatever became of the others. */
  readonly adopts: boolean;
  readonly last: number;
  /** Everything up to here it knows to be committed. */
  readonly watermark: number;
  readonly accepted: Accepted | null;
  /** For each member of the view: milliseconds since a fresh stamp of it was seen, -1 for never. */
  readonly ages: readonly number[];
  /** Milliseconds for which the watermark of the present view still has to stay. */
  readonly holdMs: number;
}

/** A member that a lap had to skip. */
export interface Accused {
  readonly id: ServerId;
  /** Its own host refused the connection, or answered with another incarnation: it is certainly gone. */
  readonly gone: boolean;
}

/** A server that has caught up with the member it will follow. */
export interface Newcomer {
  readonly server: Server;
  readonly after: ServerId;
  readonly last: number;
  readonly full: boolean;
  /** It says it itself when the lap passes it; null before. */
  readonly vote: Vote | null;
}

// Frames of a view: they come from the predecessor and are handled in that view only.

/** A write on its way to the primary; the servers on the way keep its body. */
export interface Submit {
  readonly kind: 'submit';
  readonly view: ViewId;
  readonly origin: ServerId;
  readonly request: number;
  readonly operation: Operation;
}

/** A numbered write on its lap. `bare`: the body was left out, because the receiver saw the submit. */
export interface Append {
  readonly kind: 'append';
  readonly view: ViewId;
  readonly record: LogRecord;
  readonly bare: boolean;
}

/**
 * Everyone from the primary to the sender has stored everything up to this revision, on disk if it has one. From the last
 * member to the primary; from the others to the next one, when there is a disk among them.
 */
export interface Stored {
  readonly kind: 'stored';
  readonly view: ViewId;
  readonly revision: number;
}

/** From the primary to everyone: everything up to this revision is committed. */
export interface Watermark {
  readonly kind: 'watermark';
  readonly view: ViewId;
  readonly revision: number;
}

/** One lap of the primary's clockwork. Each member writes its own monotonic clock into `stamps`, in whole ms, -1 before. */
export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly view: ViewId;
  readonly lap: number;
  readonly stamps: readonly number[];
  /** The stamps with which the lap before came back; empty on the first. */
  readonly echo: readonly number[];
  /** The least memory for objects, in bytes, that any member so far has left. */
  readonly room: number;
  /** The least that any member had left in the lap before. */
  readonly roomEcho: number;
  /** Members that wish to leave, so far. */
  readonly leavers: readonly ServerId[];
  /** Those of the lap before. */
  readonly leaversEcho: readonly ServerId[];
  /** Up to this revision all full members so far have the bodies that they are to keep. */
  readonly kept: number;
  /** That of the lap before. */
  readonly keptEcho: number;
  /** How busy each member is that the beat has come by, 1 and more: it has enough to do. 0 before. */
  readonly loads: readonly number[];
  /** How busy each was in the lap before; empty on the first. */
  readonly loadsEcho: readonly number[];
}

/** Pieces of a large body for one reader of the asker, which takes them as they come: nobody keeps them. */
export interface Span {
  /** The asker's number of the reader. */
  readonly fetch: number;
  /** The first piece. */
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** Asks on for a body that the asker lacks. */
export interface Lookup {
  readonly kind: 'lookup';
  readonly view: ViewId;
  readonly asker: ServerId;
  readonly key: string;
  readonly revision: number;
  /** null: the asker keeps all of it. */
  readonly span: Span | null;
}

/** Carries the body that was asked for on to the asker. */
export interface Found {
  readonly kind: 'found';
  readonly view: ViewId;
  readonly asker: ServerId;
  readonly holder: ServerId;
  readonly key: string;
  readonly revision: number;
  readonly body: Uint8Array;
}

/** Takes a newcomer's wish round the ring to the member that will be its predecessor. */
export interface Invite {
  readonly kind: 'invite';
  readonly view: ViewId;
  readonly newcomer: Server;
  /** What it has already, as far as it need not be sent again: everything up to this revision; 0 for nothing. */
  readonly base: number;
  /** It lacks bodies of that. */
  readonly lacks: boolean;
  /** The member that the newcomer asked. */
  readonly host: ServerId;
  /** Members that could not reach the newcomer. */
  readonly failed: readonly ServerId[];
}

/**
 * Announces a large body that will come along the ring as far as `end`, whose successor is the source, or which has
 * asked for it. The receiver answers with `blob-want`, and passes it on.
 */
export interface BlobOpen {
  readonly kind: 'blob-open';
  readonly view: ViewId;
  readonly source: ServerId;
  /** The source's number of it. */
  readonly blob: number;
  readonly end: ServerId;
  /** Bytes in all; -1 while it is not known. */
  readonly size: number;
  /** Of an answer to a lookup: which version it is the body of. '' and 0 for a body that goes ahead of its record. */
  readonly key: string;
  readonly revision: number;
  /** What was asked for of it; null: the whole. */
  readonly span: Span | null;
}

/** The one message that goes back: the sender has so many pieces of the announced body, and takes the rest. */
export interface BlobWant {
  readonly kind: 'blob-want';
  readonly view: ViewId;
  readonly source: ServerId;
  readonly blob: number;
  readonly held: number;
}

/** A piece of a large body. The last one is empty and has the digest of the whole; the others have ''. */
export interface BlobPiece {
  readonly kind: 'blob-piece';
  readonly view: ViewId;
  readonly source: ServerId;
  readonly blob: number;
  /** Counts from 0. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/**
 * How many pieces everyone has from the source to the sender: each member adds itself and passes it on, until the source
 * knows what has come through. Of a body that was asked for, only who asked says so.
 */
export interface BlobProgress {
  readonly kind: 'blob-progress';
  readonly view: ViewId;
  readonly source: ServerId;
  readonly blob: number;
  readonly held: number;
}

/**
 * A member has no room for a large body, received it damaged, or has no reader for it any more; goes on to the source. Of one that somebody asked for
 * the source itself may say so, when it can read no more of it; it comes back to the source then.
 */
export interface BlobRefused {
  readonly kind: 'blob-refused';
  readonly view: ViewId;
  readonly source: ServerId;
  readonly blob: number;
  readonly reason: 'full' | 'damaged' | 'unwanted';
}

/** The large bodies of an origin that may still get a record: everyone drops its others. Goes round to the origin. */
export interface BlobLive {
  readonly kind: 'blob-live';
  readonly view: ViewId;
  readonly source: ServerId;
  readonly blobs: readonly number[];
}

// Choosing a view: they carry what they are about with them.

export interface Prepare {
  readonly kind: 'prepare';
  readonly of: View;
  readonly ballot: Ballot;
  readonly promises: readonly Promise[];
  readonly accused: readonly Accused[];
  /** Someone on the way still hears a member that was skipped. */
  readonly objected: boolean;
  readonly newcomers: readonly Newcomer[];
  readonly leavers: readonly ServerId[];
  readonly filled: readonly ServerId[];
}

export interface Accept {
  readonly kind: 'accept';
  readonly of: View;
  readonly ballot: Ballot;
  readonly view: View;
  readonly acceptedBy: readonly ServerId[];
  /** Members that promised and are not in the new view; they accept all the same. */
  readonly leavers: readonly ServerId[];
  readonly gone: readonly ServerId[];
}

export interface Install {
  readonly kind: 'install';
  readonly view: View;
  /** Its sender knows that a ring is in this view; otherwise it only keeps its place in it, and cannot be followed. */
  readonly isActive: boolean;
}

// Between two servers that are, or are about to be, neighbours.

export interface Probe {
  readonly kind: 'probe';
  readonly stamp: number;
}

export interface ProbeAnswer {
  readonly kind: 'probe-answer';
  readonly stamp: number;
}

/** A server that is not in any view asks a member to take it in. */
export interface Join {
  readonly kind: 'join';
  readonly newcomer: Server;
  /** The id of the ring that its state is of; 0 when it has none. */
  readonly ring: number;
  /** Everything up to here was committed where it comes from. */
  readonly watermark: number;
  readonly lacks: boolean;
  readonly history: readonly Step[];
  /** Of a server that has come back: it gives up the view that it comes from. Otherwise it only asks what the present one is. */
  readonly yields: boolean;
}

/** The member that was asked answers; the newcomer tells its people and tries again later. */
export interface JoinRefused {
  readonly kind: 'join-refused';
  readonly reason: string;
}

/**
 * A piece of the state for a newcomer: all committed records in revision order, then `rest`, then what became of requests with an
 * Idempotency-Key, then the log.
 */
export interface StatePart {
  readonly kind: 'state';
  readonly part: number;
  /** Records up to here are left out, since the newcomer has them. */
  readonly base: number;
  /** Whom the newcomer will have to reach, as its successor. */
  readonly next: Server;
  /** Of the first part: the last views that the ring went through; of the part with `rest`, all that are remembered. */
  readonly history: readonly Step[];
  /** Committed records, small bodies with them. */
  readonly records: readonly LogRecord[];
  /** Set once, after the last committed record. */
  readonly rest: StateRest | null;
  /** What is remembered of requests with an Idempotency-Key, oldest first; only after `rest`. */
  readonly done: readonly LogRecord[];
  /** Numbered but not committed; only with or after `rest`. */
  readonly log: readonly LogRecord[];
}

export interface StateRest {
  readonly watermark: number;
  readonly floor: number;
  /** Each origin's last numbered request. */
  readonly origins: readonly (readonly [ServerId, number])[];
}

export interface StateAnswer {
  readonly kind: 'state-answer';
  readonly part: number;
}

export type BlobMessage = BlobOpen | BlobPiece | BlobProgress | BlobRefused | BlobLive;
export type ViewMessage =
  Submit | Append | Stored | Watermark | Heartbeat | Lookup | Found | Invite | BlobMessage;
export type ChoiceMessage = Prepare | Accept | Install;
export type NeighbourMessage = Probe | ProbeAnswer | Join | JoinRefused | StatePart | StateAnswer;
export type Message = ViewMessage | ChoiceMessage | NeighbourMessage | BlobWant;

export function compareBallots(a: Ballot, b: Ballot): number {
  return a.number - b.number || a.proposer - b.proposer;
}
