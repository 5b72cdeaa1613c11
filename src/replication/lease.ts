import type { ServerId } from './server.js';
import type { View } from './view.js';

/** Clocks may drift by this much against each other while a lease runs. */
const DRIFT = 1.01;
/** A machine that was asleep for less than this goes unnoticed. */
export const CLOCK_JUMP_MS = 100;

/**
 * The right to answer reads from local memory. It runs from this server's own stamp, echoed to it by the
 * primary, so that no clock is compared with another's (CRAQ reads; leases as in Gray & Cheriton 1989).
 */
export class Lease {
  private until = -Infinity;
  private voidBefore = -Infinity;
  private readonly seenAt = new Map<ServerId, number>();

  constructor(private readonly leaseMs: number) {}

  isValid(now: number): boolean {
    return now < this.until;
  }

  /** This server's stamp has come round: whoever chooses a view without it has seen it. */
  renew(stamp: number): void {
    if (stamp >= this.voidBefore) this.until = Math.max(this.until, stamp + this.leaseMs);
  }

  /** Ends the lease; stamps from before do not revive it. */
  void(now: number): void {
    this.until = -Infinity;
    this.voidBefore = now;
  }

  /** Notes whose stamps a beat carries. */
  witness(view: View, stamps: readonly number[], now: number): void {
    view.members.forEach((member, index) => {
      if ((stamps[index] ?? -1) >= 0) this.seenAt.set(member.id, now);
    });
  }

  /** For each member: ms since a fresh stamp of it was seen, -1 for never. */
  ages(view: View, now: number): number[] {
    return view.members.map(({ id }) => {
      const at = this.seenAt.get(id);
      return at === undefined ? -1 : Math.max(0, Math.floor(now - at));
    });
  }

  retain(isMember: (id: ServerId) => boolean): void {
    for (const id of this.seenAt.keys()) if (!isMember(id)) this.seenAt.delete(id);
  }
}

/** How long a lease can still run that was last witnessed `ageMs` ago; 0 for -1, never witnessed. */
export function remainingLeaseMs(leaseMs: number, ageMs: number): number {
  return ageMs < 0 ? 0 : Math.max(0, Math.ceil(leaseMs * DRIFT + CLOCK_JUMP_MS - ageMs));
}
