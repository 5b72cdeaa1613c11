/** What a watch tells, in the order of the ring. `id`: a watch with `since: id` goes on behind this event. */
export type WatchEvent =
  | PutEvent
  | DeleteEvent
  | MemberEvent
  | ConflictEvent
  | SettledEvent
  | HeartbeatEvent
  | GapEvent
  | MergingEvent
  | MergedEvent
  | IslandEvent;

interface Told<Type extends string> {
  readonly type: Type;
  readonly id: number;
}

export interface PutEvent extends Told<'put'> {
  readonly key: string;
  readonly revision: number;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** ISO 8601. */
  readonly modified: string;
}

/** By a client, or at the end of a time to live. */
export interface DeleteEvent extends Told<'delete'> {
  readonly key: string;
  readonly revision: number;
}

/** Told live and not repeated; `RingletClient.ring` has the present state. `suspected` is what one server thinks. */
export interface MemberEvent extends Told<'joined' | 'left' | 'promoted' | 'suspected'> {
  /** Its name, which is the same after each start. */
  readonly server: string;
  /** New at each start. */
  readonly member: string;
  readonly url: string;
  readonly view: number;
  /** Of a suspicion; of `left`: `leaving`, `lost` or `unknown`. */
  readonly reason?: string;
}

/** Something lost when two sides of the ring met again, and is kept as a conflict. */
export interface ConflictEvent extends Told<'conflict'> {
  readonly key: string;
  readonly revision: number;
  readonly etag: string;
  readonly size: number;
  readonly contentType: string;
  readonly modified: string;
  /** What lost was a deletion. */
  readonly deleted: boolean;
}

/** The conflict of revision `of` is gone. */
export interface SettledEvent extends Told<'settled'> {
  readonly key: string;
  readonly revision: number;
  readonly of: number;
}

/** Now and then, so that ids move on. */
export interface HeartbeatEvent extends Told<'heartbeat'> {
  readonly revision: number;
}

/** Something was missed and cannot be told any more: list the objects anew; what follows `revision` is told again. */
export interface GapEvent extends Told<'gap'> {
  readonly revision: number;
}

/** The server offers so many writes to the ring that were made apart from it. */
export interface MergingEvent extends Told<'merging'> {
  readonly count: number;
}

/** The ring has them all. */
export type MergedEvent = Told<'merged'>;

/** The server that is watched can ask another island, or no more. Told live and not repeated; `RingletClient.islands` has the present state. */
export interface IslandEvent extends Told<'island-up' | 'island-down'> {
  readonly name: string;
  /** Its id, which tells islands of one name apart. */
  readonly island: string;
  /** How many it had when it answered last. */
  readonly members: number;
  /** Of `island-up`: which of its servers is asked. */
  readonly url?: string;
  /** Of `island-down`. */
  readonly reason?: string;
}
