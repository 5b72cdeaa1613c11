import type { Message } from './messages.js';
import type { LogRecord, Operation } from './record.js';
import type { Change, Saved, BodyPlace } from './saved.js';
import type { Server, ServerId } from './server.js';
import type { PartitionPolicy, View } from './view.js';

/** Chosen by the driver, unique in the process, for links in either direction. */
export type LinkId = number;

/** Chosen by the driver for a client's request; comes back on its answer, exactly once. */
export type Ticket = number;

/** Both clocks in milliseconds; the replica never reads one itself. */
export interface Clock {
  /** Monotonic. */
  readonly now: number;
  /** Since the epoch. */
  readonly wall: number;
}

export interface ReplicaOptions {
  readonly self: Server;
  /** Ring addresses of members to join; empty: found a ring. */
  readonly peers: readonly string[];
  /** Others are sighted while this server runs: as long as it knows none, it founds no ring unless it is told to. */
  readonly seeks?: boolean;
  /** What was found on this server's disk; null: it has none. */
  readonly saved: Saved | null;
  /** A source of 48-bit random integers: ids of the ring and of new incarnations. */
  readonly randomId: () => number;
  readonly policy: PartitionPolicy;
  readonly probeIntervalMs: number;
  readonly suspectAfterMs: number;
  readonly readLeaseMs: number;
  /** How long a write or a read may wait before it is answered without having succeeded. */
  readonly requestTimeoutMs: number;
  /** Bytes that all origins together may have on the ring without being committed. */
  readonly ringBudgetBytes: number;
  /** Requests that may wait for credit. */
  readonly waitingLimit: number;
  /** Bodies above this size are fetched after joining, not sent with the catalogue. */
  readonly smallBodyBytes: number;
  readonly tombstoneTtlMs: number;
  /** Larger bodies travel in pieces. */
  readonly inlineBodyBytes: number;
  /** Pieces of a large body that its source may be ahead of its end. */
  readonly windowPieces: number;
  /** Bytes that objects may take in memory. */
  readonly memoryLimitBytes: number;
  /** Bytes that are left on this server's disk; not asked without one. */
  readonly diskRoom: () => number;
  /** How busy this server is with clients; 1 and more: it has enough to do. */
  readonly load: () => number;
  /** A hash of bodies: sixteen hexadecimal digits. */
  readonly createDigest: () => Digest;
}

/** A hash in progress. */
export interface Digest {
  update(bytes: Uint8Array): void;
  finish(): string;
}

export type Input =
  | { readonly kind: 'write'; readonly ticket: Ticket; readonly operation: Operation }
  /** The body of a write that comes in pieces, of `size` bytes in all; -1 while it is not known. */
  | { readonly kind: 'upload'; readonly ticket: Ticket; readonly size: number }
  /** The next piece, of PIECE_BYTES unless it is the last one. There have to be as many as were granted. */
  | { readonly kind: 'upload-piece'; readonly ticket: Ticket; readonly bytes: Uint8Array }
  /** The body is complete; `operation` has neither body, size nor digest. Now the ticket gets the write's outcome. */
  | { readonly kind: 'upload-end'; readonly ticket: Ticket; readonly operation: Operation }
  /** The client is gone. The ticket gets no answer. */
  | { readonly kind: 'upload-abort'; readonly ticket: Ticket }
  | { readonly kind: 'read'; readonly ticket: Ticket; readonly key: string }
  /**
   * A client that reads a large body which is not here wants its piece `index`: it has taken those before it, and wants none from `to` on.
   * `fetch`: the driver's number of the reader, which it does not give again.
   */
  | {
      readonly kind: 'fetch';
      readonly ticket: Ticket;
      readonly fetch: number;
      readonly key: string;
      /** The revision at which the version came about. */
      readonly version: number;
      readonly index: number;
      readonly to: number;
    }
  /** The reader has all that it wanted, or is gone. */
  | { readonly kind: 'fetch-end'; readonly fetch: number }
  | { readonly kind: 'barrier'; readonly ticket: Ticket }
  | { readonly kind: 'leave'; readonly ticket: Ticket }
  /** People say that the ring goes on in this server's view, whatever became of the others. */
  | { readonly kind: 'adopt'; readonly ticket: Ticket }
  /** A server of a ring with this name is at this address. `ring`: the id of that ring; `isEmpty`: it was never written to. */
  | { readonly kind: 'sighted'; readonly address: string; readonly ring: number; readonly isEmpty: boolean }
  /** Nobody else is there: this server founds the ring, unless it has one, or had one. */
  | { readonly kind: 'found' }
  /** The small body of this version was read from the disk for somebody. */
  | { readonly kind: 'warm'; readonly key: string; readonly revision: number; readonly body: Uint8Array }
  /** It was to be read from the disk, and is not there as it was written; as a rule because nobody needs it any more. */
  | { readonly kind: 'unreadable'; readonly stored: BodyPlace }
  /** All that was handed over up to this number is as safe as was asked. */
  | { readonly kind: 'saved'; readonly sequence: number }
  | { readonly kind: 'tick' }
  /** An outgoing link is up: the peer has proved the secret and said who it is. */
  | { readonly kind: 'linked'; readonly address: string; readonly link: LinkId; readonly peer: Server }
  /** `gone`: the host itself refused, so no process listens there. */
  | {
      readonly kind: 'dial-failed';
      readonly address: string;
      readonly gone: boolean;
      readonly reason: string;
    }
  /** An incoming link is up. */
  | { readonly kind: 'accepted'; readonly link: LinkId; readonly peer: Server }
  | { readonly kind: 'closed'; readonly link: LinkId }
  | { readonly kind: 'frames'; readonly link: LinkId; readonly messages: readonly Message[] };

export type NotDone =
  | 'overloaded'
  | 'no-quorum'
  | 'not-a-member'
  | 'leaving'
  | 'timeout'
  /** A member's memory for objects is used up. */
  | 'full'
  /** No member keeps bodies. */
  | 'no-storage'
  /** A body was not received as it was sent. */
  | 'damaged';

/** The upload may be given `pieces` pieces in all. */
export interface Grant {
  readonly ticket: Ticket;
  readonly pieces: number;
}

export type Outcome =
  /** Stored by every member. `copies` is set when the view is provisional. */
  | { readonly kind: 'done'; readonly record: LogRecord; readonly copies: number | null }
  /** Judged by the primary and refused: nothing changed, as far as a provisional view can know. */
  | { readonly kind: 'refused'; readonly record: LogRecord; readonly copies: number | null }
  /** Certainly not done. */
  | { readonly kind: 'not-done'; readonly reason: NotDone }
  /** May have been done, or may still be. */
  | { readonly kind: 'unknown' }
  /** A large body may not be here: then it is there to be fetched. `via`: who had the body. */
  | { readonly kind: 'object'; readonly record: LogRecord; readonly via: ServerId | null }
  /** There is no such object, or the version that is fetched is none any more. */
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unavailable';
      readonly reason: 'no-lease' | 'no-holder' | 'timeout' | 'not-a-member' | 'overloaded';
    }
  /** What was to be fetched; without its bytes it is in one of these places on this server's disk, to be tried in their order. */
  | {
      readonly kind: 'piece';
      readonly bytes: Uint8Array | null;
      readonly places: readonly BodyPlace[];
      readonly via: ServerId | null;
    }
  /** Of a barrier: what is committed here is as new as anything acknowledged before the barrier. */
  | { readonly kind: 'current' }
  | { readonly kind: 'left' }
  /** A view of the lineage was chosen since people said so. */
  | { readonly kind: 'adopted' };

export interface Answer {
  readonly ticket: Ticket;
  readonly outcome: Outcome;
}

export type ReplicaEvent =
  /** `leavers`: who answered when the view was chosen and is not in it; null: this server did not take part in choosing it. */
  | {
      readonly kind: 'view';
      readonly view: View;
      readonly previous: View | null;
      readonly leavers: readonly ServerId[] | null;
    }
  | { readonly kind: 'suspected'; readonly server: Server; readonly reason: string }
  | { readonly kind: 'committed'; readonly record: LogRecord }
  /** Another view goes on without this server: it joins as a new incarnation. */
  | { readonly kind: 'removed'; readonly view: View }
  | { readonly kind: 'join-refused'; readonly reason: string }
  /** This server offers so many writes to the ring that were made apart from it. */
  | { readonly kind: 'offering'; readonly count: number }
  /** Before it leaves, others take over so many objects that only this server keeps. */
  | { readonly kind: 'handing-on'; readonly left: number }
  /** It leaves, though so many of them, the first of these keys, are not known to be at others. */
  | { readonly kind: 'handed-on'; readonly left: number; readonly keys: readonly string[] }
  /** The ring has them, or what became of them. */
  | { readonly kind: 'merged' }
  /**
   * A body is not on this server's disk as it was written. `sought`: the others are asked for it; `lost`: there are none; `not-offered`:
   * it is of a write apart from the ring, which is not offered it.
   */
  | {
      readonly kind: 'damaged';
      readonly record: LogRecord;
      readonly fate: 'sought' | 'lost' | 'not-offered';
    }
  /** A ring of another id was met: they stay apart. */
  | { readonly kind: 'stranger'; readonly view: View };

/** A frame to be sent. */
export interface Outgoing {
  readonly link: LinkId;
  readonly message: Message;
  /** Nobody is known to wait for it: it may be held back for a moment, for another frame on the link to take it along. */
  readonly patient?: boolean;
  /** Of a piece: its bytes are there, on this server's disk, and are read when it is their turn. */
  readonly stored?: BodyPlace;
}

/** Changes to what is kept on disk, to be made together and after all earlier ones; answered by `saved`. */
export interface Saves {
  readonly sequence: number;
  readonly changes: readonly Change[];
  /** They are to survive a loss of power, whatever was agreed on records. */
  readonly isVital: boolean;
}

/** What the driver does after a step, in the order of the fields. It waits for nothing but the start of each. */
export interface Ready {
  readonly saves: Saves | null;
  /** Frames, in order for each link. */
  readonly messages: readonly Outgoing[];
  /** Links to close, once what was sent on them has left. */
  readonly hangups: readonly LinkId[];
  /** Ring addresses to dial, answered each by `linked` or `dial-failed`. */
  readonly dials: readonly string[];
  readonly grants: readonly Grant[];
  readonly answers: readonly Answer[];
  readonly events: readonly ReplicaEvent[];
}

/** What a read finds at once. */
export type Peek =
  | { readonly kind: 'object'; readonly record: LogRecord }
  | { readonly kind: 'absent' }
  /** Others keep its body. */
  | { readonly kind: 'elsewhere'; readonly record: LogRecord }
  /** Not answerable now: dirty, without a lease, or without its body. Step a `read`. */
  | { readonly kind: 'wait' };

/** `returning`: not active, but with the state and the place of a view that was. */
export type Phase = 'joining' | 'returning' | 'member' | 'left';

/** Objects whose body no member has: they can be written again, or deleted. */
export interface Lost {
  readonly count: number;
  /** The first of their keys. */
  readonly keys: readonly string[];
  /** There is nothing else that this server lacks, so it is as good as any. */
  readonly isAll: boolean;
}

/** What people see of a server's place in the ring. */
export interface Status {
  readonly phase: Phase;
  readonly self: Server;
  readonly view: View | null;
  /** The id of the ring that this server is in, or comes back to; 0 for none. */
  readonly ringId: number;
  readonly watermark: number;
  readonly full: boolean;
  readonly hasLease: boolean;
  /** Between a promise and the next view: writes wait. */
  readonly choosing: boolean;
  readonly suspected: readonly ServerId[];
  /** For each member of the view: milliseconds since a heartbeat of it came round, -1 for never. */
  readonly ages: readonly number[];
  /** How busy each member of the view was a beat ago; 1 and more: it has enough to do. Empty while that is not known. */
  readonly loads: readonly number[];
  /** Objects in the catalogue, tombstones and conflicts not counted. */
  readonly objects: number;
  /** What lost when rings came together again. */
  readonly conflicts: number;
  /** Writes made apart from the ring that it does not have yet. */
  readonly offers: number;
  /** Bytes that objects take of this server's memory, those included that have no record yet. */
  readonly bytes: number;
  /** Large bodies that are ahead of their record. */
  readonly pinned: number;
  /** Large bodies on their way to who asked for them, and clients here that read such. */
  readonly passing: number;
  /** Copies of objects whose servers are not in the view: others take their place. */
  readonly copiesAway: number;
  /** Bodies that are to be here, and are not yet. */
  readonly lacking: number;
}
