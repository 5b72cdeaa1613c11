import type { Grant, Outcome, Ticket } from '../../src/replication/index.js';
import { violation } from './violation.js';

/** What becomes of a request: the answer, or null when its server died over it. */
export type Settle = (outcome: Outcome | null) => void;

/** How many pieces of a large body may be given in all. */
export type Granted = (pieces: number) => void;

interface Request {
  since: number;
  patience: number;
  readonly settle: Settle;
  readonly granted: Granted | null;
}

/** What moves a large body goes on as long as it moves: it may take so many times the time of another request. */
export const PATIENT = 4;

/** The requests that one process has taken in and not answered. Each is answered once, and in time. */
export class Requests {
  private readonly waiting = new Map<Ticket, Request>();
  private tickets = 0;

  constructor(private readonly limitMs: number) {}

  /** `patience`: how many times the time of most requests it may take. */
  add(now: number, settle: Settle, patience = 1): Ticket {
    this.waiting.set(++this.tickets, { since: now, patience, settle, granted: null });
    return this.tickets;
  }

  /** For a large body: as long as its client takes. */
  open(settle: Settle, granted: Granted): Ticket {
    this.waiting.set(++this.tickets, { since: 0, patience: Infinity, settle, granted });
    return this.tickets;
  }

  /** The client has sent all of it. */
  hasten(ticket: Ticket, now: number): void {
    const request = this.waiting.get(ticket);
    if (request !== undefined) Object.assign(request, { since: now, patience: PATIENT });
  }

  /** Its client is gone: nobody is to be answered any more. */
  forget(ticket: Ticket): void {
    this.waiting.delete(ticket);
  }

  grant({ ticket, pieces }: Grant): void {
    this.waiting.get(ticket)?.granted?.(pieces);
  }

  answer(ticket: Ticket, outcome: Outcome): void {
    const request = this.waiting.get(ticket);
    if (request === undefined)
      violation('answers', `ticket ${ticket} answered twice, or after its client has gone: ${outcome.kind}`);
    this.waiting.delete(ticket);
    request.settle(outcome);
  }

  abandon(): void {
    const requests = [...this.waiting.values()];
    this.waiting.clear();
    for (const request of requests) request.settle(null);
  }

  checkAges(now: number): void {
    for (const [ticket, { since, patience }] of this.waiting)
      if (now - since > patience * this.limitMs)
        violation('answers', `ticket ${ticket} waits since ${Math.round(now - since)} ms`);
  }
}
