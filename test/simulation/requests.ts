import type { Outcome, Ticket } from '../../src/replication/index.js';
import { violation } from './violation.js';

/** What becomes of a request: the answer, or null when its server died over it. */
export type Settle = (outcome: Outcome | null) => void;

interface Request {
  readonly since: number;
  readonly patient: boolean;
  readonly settle: Settle;
}

/** The requests that one process has taken in and not answered. Each is answered once, and in time. */
export class Requests {
  private readonly waiting = new Map<Ticket, Request>();
  private tickets = 0;

  constructor(private readonly limitMs: number) {}

  /** A patient request may take as long as it needs. */
  add(now: number, settle: Settle, patient = false): Ticket {
    this.waiting.set(++this.tickets, { since: now, patient, settle });
    return this.tickets;
  }

  answer(ticket: Ticket, outcome: Outcome): void {
    const request = this.waiting.get(ticket);
    if (request === undefined) violation('answers', `ticket ${ticket} answered twice: ${outcome.kind}`);
    this.waiting.delete(ticket);
    request.settle(outcome);
  }

  abandon(): void {
    const requests = [...this.waiting.values()];
    this.waiting.clear();
    for (const request of requests) request.settle(null);
  }

  checkAges(now: number): void {
    for (const [ticket, { since, patient }] of this.waiting) {
      if (patient) continue;
      if (now - since > this.limitMs)
        violation('answers', `ticket ${ticket} waits since ${Math.round(now - since)} ms`);
      return;
    }
  }
}
