import type { Answer, Outcome, Ticket } from '../replication/index.js';

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  otherwise: Outcome;
}

/** Promises that wait for the core's answers. Their number is bounded by the core, which answers all within its timeout. */
export class Tickets {
  private readonly waiting = new Map<Ticket, Waiting>();
  private last: Ticket = 0;

  /** `otherwise` is what can be said when no answer comes any more. */
  issue(otherwise: Outcome, ask: (ticket: Ticket) => void): Promise<Outcome> {
    const { ticket, outcome } = this.open(otherwise);
    ask(ticket);
    return outcome;
  }

  open(otherwise: Outcome): { readonly ticket: Ticket; readonly outcome: Promise<Outcome> } {
    const ticket = ++this.last;
    const outcome = new Promise<Outcome>((resolve) => this.waiting.set(ticket, { resolve, otherwise }));
    return { ticket, outcome };
  }

  /** From now on, something else can be said. */
  amend(ticket: Ticket, otherwise: Outcome): void {
    const waiting = this.waiting.get(ticket);
    if (waiting !== undefined) waiting.otherwise = otherwise;
  }

  redeem({ ticket, outcome }: Answer): void {
    this.waiting.get(ticket)?.resolve(outcome);
    this.waiting.delete(ticket);
  }

  /** Nothing answers it any more. */
  cancel(ticket: Ticket): void {
    const waiting = this.waiting.get(ticket);
    if (waiting !== undefined) this.redeem({ ticket, outcome: waiting.otherwise });
  }

  voidAll(): void {
    for (const ticket of this.waiting.keys()) this.cancel(ticket);
  }
}
