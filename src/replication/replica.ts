import type { Clock, Input, Peek, Ready, ReplicaOptions, Status } from './interface.js';
import type { LogRecord } from './record.js';

/** Placeholder of the API while the core is written. */
export declare class Replica {
  constructor(options: ReplicaOptions, clock: Clock);
  /** Takes one input in. What follows from it is in `ready()`. */
  step(input: Input, clock: Clock): void;
  /** What is to be done since the last call; null when there is nothing. Call it after the inputs that are there. */
  ready(): Ready | null;
  /** A read that needs nobody: at once, without allocation beyond its answer. */
  peek(key: string, now: number): Peek;
  /** The newest committed object, whether or not this server may vouch for it (`max-stale`). */
  committed(key: string): LogRecord | undefined;
  /** Committed objects whose key starts with `prefix` and is greater than `after` (null: from the first), in key byte order. */
  list(prefix: string, after: string | null, limit: number): LogRecord[];
  status(now: number): Status;
}
