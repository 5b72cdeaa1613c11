import { describe, expect, it } from '@jest/globals';

import type { Outcome, Ticket } from '../replication/index.js';
import { Tickets } from './tickets.js';

const UNKNOWN: Outcome = { kind: 'unknown' };
const CURRENT: Outcome = { kind: 'current' };
const ABSENT: Outcome = { kind: 'absent' };

describe('Tickets', () => {
  it('are redeemed by their own answers, in any order', async () => {
    const tickets = new Tickets();
    const [first, second] = [tickets.open(UNKNOWN), tickets.open(UNKNOWN)];
    tickets.redeem({ ticket: second.ticket, outcome: CURRENT });
    tickets.redeem({ ticket: first.ticket, outcome: ABSENT });
    expect(await Promise.all([first.outcome, second.outcome])).toEqual([ABSENT, CURRENT]);
  });

  it('are never two alike: what is said too late is said to nobody', async () => {
    const tickets = new Tickets();
    const seen = new Set<Ticket>();
    let late: Ticket | null = null;
    for (let count = 0; count < 1000; count++) {
      const { ticket, outcome } = tickets.open(UNKNOWN);
      if (late !== null) tickets.redeem({ ticket: late, outcome: ABSENT });
      seen.add(ticket);
      tickets.cancel(ticket);
      expect(await outcome).toEqual(UNKNOWN);
      late = ticket;
    }
    expect(seen.size).toBe(1000);
  });

  it('end with what can be said when nothing answers any more', async () => {
    const tickets = new Tickets();
    const [first, second] = [tickets.open(UNKNOWN), tickets.open(UNKNOWN)];
    tickets.amend(second.ticket, ABSENT);
    tickets.voidAll();
    tickets.voidAll();
    expect(await Promise.all([first.outcome, second.outcome])).toEqual([UNKNOWN, ABSENT]);
  });
});
