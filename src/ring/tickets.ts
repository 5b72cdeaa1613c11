import type { Answer, Outcome, Ticket } from '../replication/index.js';

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly otherwise: Outcome;
}

/** Promises that wait for the core's answers. Their number is bounded by the core, which answers all within its timeout. */
export class Tickets {
  private readonly waiting = new Map<Ticket, Waiting>();
  private last: Ticket = 0;

  /** `otherwise` is what can be said when no answer comes any more. */
  issue(otherwise: Outcome, ask: (ticket: Ticket) => void): Promise<Outcome> {
    const ticket = ++this.last;
    const outcome = new Promise<Outcome>((resolve) => this.waiting.set(ticket, { resolve, otherwise }));
    ask(ticket);
    return outcome;
  }

  redeem({ ticket, outcome }: Answer): void {
    this.waiting.get(ticket)?.resolve(outcome);
    this.waiting.delete(ticket);
  }

  /** Nothing answers them any more. */
  voidAll(): void {
    for (const { resolve, otherwise } of this.waiting.values()) resolve(otherwise);
    this.waiting.clear();
  }
}
