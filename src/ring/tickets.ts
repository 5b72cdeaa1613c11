import type { Answer, Outcome, Ticket } from '../replication/index.js';

/** A place for a promise; its tickets differ by multiples of `PLACES`. */
interface Place {
  /** Of the promise that waits here, or of the next one. */
  ticket: Ticket;
  /** null while nobody waits here. */
  resolve: ((outcome: Outcome) => void) | null;
  otherwise: Outcome;
}

const PLACES = 2 ** 20;
/** A place gives its tickets anew only after so many others that nobody can still know of the first. */
const TICKETS = 2 ** 52;
const NOTHING: Outcome = { kind: 'unknown' };

/**
 * Promises that wait for the core's answers. Their number is bounded by the core, which answers all within its timeout. They
 * are in places that are used again: a Map would make new tables all the time, and the old ones would hold whole requests
 * until the next full collection of garbage.
 */
export class Tickets {
  private readonly places: Place[] = [];
  private readonly free: Place[] = [];

  /** `otherwise` is what can be said when no answer comes any more. */
  issue(otherwise: Outcome, ask: (ticket: Ticket) => void): Promise<Outcome> {
    const { ticket, outcome } = this.open(otherwise);
    ask(ticket);
    return outcome;
  }

  open(otherwise: Outcome): { readonly ticket: Ticket; readonly outcome: Promise<Outcome> } {
    const place = this.free.pop() ?? this.addPlace();
    const outcome = new Promise<Outcome>((resolve) => (place.resolve = resolve));
    place.otherwise = otherwise;
    return { ticket: place.ticket, outcome };
  }

  /** From now on, something else can be said. */
  amend(ticket: Ticket, otherwise: Outcome): void {
    const place = this.placeOf(ticket);
    if (place !== undefined) place.otherwise = otherwise;
  }

  redeem({ ticket, outcome }: Answer): void {
    const place = this.placeOf(ticket);
    if (place === undefined) return;
    const { resolve } = place;
    place.resolve = null;
    place.otherwise = NOTHING;
    place.ticket = (ticket + PLACES) % TICKETS;
    this.free.push(place);
    resolve!(outcome);
  }

  /** Nothing answers it any more. */
  cancel(ticket: Ticket): void {
    const place = this.placeOf(ticket);
    if (place !== undefined) this.redeem({ ticket, outcome: place.otherwise });
  }

  voidAll(): void {
    for (const { ticket } of this.places) this.cancel(ticket);
  }

  /** undefined when nobody waits with this ticket. */
  private placeOf(ticket: Ticket): Place | undefined {
    const place = this.places[(ticket % PLACES) - 1];
    return place?.ticket === ticket && place.resolve !== null ? place : undefined;
  }

  /** Tickets count from 1. */
  private addPlace(): Place {
    const place: Place = { ticket: this.places.length + 1, resolve: null, otherwise: NOTHING };
    this.places.push(place);
    return place;
  }
}
