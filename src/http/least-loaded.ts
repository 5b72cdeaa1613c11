import type { ServerId } from '../replication/index.js';
import type { RingService } from '../ring/index.js';

/** Finds, of the other members that answer clients, the one with the least to do, by what the beats tell of each. */
export class LeastLoaded {
  private loads: readonly number[] = [];
  /** What was sent to each since its load was heard of. */
  private readonly sent = new Map<ServerId, number>();

  constructor(
    private readonly ring: Pick<RingService, 'status'>,
    /** What one request is thought to add to the load of another server. */
    private readonly share: number,
  ) {}

  /** Its URL, or undefined when there is none with less to do than `own`. */
  next(own: number): string | undefined {
    const { view, self, loads } = this.ring.status();
    if (loads !== this.loads) this.sent.clear();
    this.loads = loads;
    let least = own;
    let best;
    for (const [index, member] of (view?.members ?? []).entries()) {
      const load = (loads[index] ?? 0) + (this.sent.get(member.id) ?? 0) * this.share;
      if (member.id === self.id || !member.full || !member.serves || load >= least) continue;
      least = load;
      best = member;
    }
    if (best !== undefined) this.sent.set(best.id, (this.sent.get(best.id) ?? 0) + 1);
    return best?.url;
  }
}
