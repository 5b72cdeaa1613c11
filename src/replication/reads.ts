import type { Cache } from './cache.js';
import type { Outcome, Peek, Ticket } from './interface.js';
import type { Lookups } from './lookups.js';
import { keeps, type LogRecord } from './record.js';
import type { State } from './state.js';

interface WaitingRead {
  readonly ticket: Ticket;
  /** null for a barrier, which waits for everything that was stored when it came. */
  readonly key: string | null;
  readonly deadline: number;
  /** The newest revision that had been stored when it came. Later writes do not prolong the wait. */
  needed: number;
  /** Its body had to be asked for. */
  asked: boolean;
}

/**
 * Linearizable reads from local memory (CRAQ, Terrace & Freedman 2009): what is stored here and committed is
 * answered at once; what is stored but not known to be committed waits for the watermark.
 */
export class Reads {
  private waiting: WaitingRead[] = [];
  /** Something happened since the waiting ones were looked at. */
  private stirred = false;

  constructor(
    private readonly state: State,
    private readonly lookups: Lookups,
    private readonly cache: Cache,
    private readonly mayRead: () => boolean,
  ) {}

  peek(key: string): Peek {
    const { catalogue } = this.state;
    if (!this.mayRead() || catalogue.isDirty(key)) return WAIT;
    const record = catalogue.get(key);
    if (record === undefined || record.kind !== 'put') return ABSENT;
    if (record.body === null) return keeps(this.state.self, record) ? WAIT : elsewhere(record);
    this.cache.touch(key);
    if (catalogue.spares.size > 0) catalogue.touchSpare(key);
    return { kind: 'object', record };
  }

  add(ticket: Ticket, key: string | null): void {
    const { now, options, effects, phase } = this.state;
    if (phase !== 'member') return effects.answer(ticket, { kind: 'unavailable', reason: 'not-a-member' });
    const deadline = now + options.requestTimeoutMs;
    this.waiting.push({ ticket, key, deadline, needed: this.newest(key), asked: false });
    this.stirred = true;
  }

  /** Looks at the waiting reads again once the step is over. */
  stir(): void {
    this.stirred = true;
  }

  /** Records that were dropped in this view need not be waited for. */
  installed(): void {
    for (const read of this.waiting) read.needed = Math.min(read.needed, this.newest(read.key));
    this.stirred = true;
  }

  /** Nobody has the body of this key. */
  missing(key: string): void {
    this.waiting = this.waiting.filter((read) => {
      if (read.key === key) this.respond(read, { kind: 'unavailable', reason: 'no-holder' });
      return read.key !== key;
    });
  }

  /** This incarnation ends. */
  abandon(): void {
    for (const read of this.waiting) this.respond(read, { kind: 'unavailable', reason: 'not-a-member' });
    this.waiting = [];
  }

  tick(): void {
    if (this.waiting.length === 0) return;
    const { now } = this.state;
    const expired = this.waiting.filter((read) => read.deadline <= now);
    if (expired.length > 0) this.waiting = this.waiting.filter((read) => read.deadline > now);
    const reason = this.mayRead() ? 'timeout' : 'no-lease';
    for (const read of expired) this.respond(read, { kind: 'unavailable', reason });
  }

  flush(): void {
    if (!this.stirred || this.waiting.length === 0 || !this.mayRead()) return;
    this.stirred = false;
    this.waiting = this.waiting.filter((read) => !this.tryAnswer(read));
  }

  private newest(key: string | null): number {
    const { catalogue } = this.state;
    return key === null ? catalogue.last : (catalogue.newest(key)?.revision ?? 0);
  }

  private tryAnswer(read: WaitingRead): boolean {
    const { catalogue, options } = this.state;
    if (catalogue.watermark < read.needed) return false;
    if (read.key === null) return this.respond(read, { kind: 'current' });
    const record = catalogue.get(read.key);
    if (record === undefined || record.kind !== 'put') return this.respond(read, { kind: 'absent' });
    if (record.body !== null || record.size > options.inlineBodyBytes)
      return this.respond(read, this.object(record, read.asked));
    read.asked = true;
    if (this.lookups.ask(record)) return false;
    return this.respond(read, { kind: 'unavailable', reason: 'no-holder' });
  }

  private object(record: LogRecord, asked: boolean): Outcome {
    return { kind: 'object', record, via: asked ? this.lookups.holderOf(record) : null };
  }

  private respond(read: WaitingRead, outcome: Outcome): true {
    this.state.effects.answer(read.ticket, outcome);
    return true;
  }
}

function elsewhere(record: LogRecord): Peek {
  return { kind: 'elsewhere', record };
}

const WAIT: Peek = Object.freeze({ kind: 'wait' });
const ABSENT: Peek = Object.freeze({ kind: 'absent' });
