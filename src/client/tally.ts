import type { Attempt } from './error.js';
import type { KnownServer } from './known-server.js';

/** Attempts of a call that are told of, the last ones. */
const MOST_TOLD = 32;
/** A server, or a proxy before it, that says so may have done the write. */
const DOUBTFUL: ReadonlySet<number> = new Set([500, 502, 504]);

/** What the attempts of one call have come to. */
export class Tally {
  readonly attempts: Attempt[] = [];
  /** Nobody knows whether the write was done. */
  isUnknown = false;

  constructor(private readonly isWrite: boolean) {}

  tell({ origin }: KnownServer, status: number | null, said: string, code: string | null = null): void {
    this.attempts.push({ server: origin, status, code, said });
    if (this.attempts.length > MOST_TOLD) this.attempts.shift();
  }

  /** Whether this server has said something before. */
  knows({ origin }: KnownServer): boolean {
    return this.attempts.some(({ server }) => server === origin);
  }

  /** The request may have arrived, and there is no answer to it. */
  lost(): void {
    this.isUnknown ||= this.isWrite;
  }

  /** Whether this status leaves open what the write has come to. */
  doubts(status: number): boolean {
    const isDoubtful = this.isWrite && DOUBTFUL.has(status);
    this.isUnknown ||= isDoubtful;
    return isDoubtful;
  }
}
