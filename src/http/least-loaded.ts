import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import type { Member, ServerId } from '../replication/index.js';
import { RingService } from '../ring/index.js';

const REMEMBERED = 0.5;
/** What is sent to another server adds so much of a request to its load: part of it is done before that is told again. */
const SENT_SHARE = 0.5;

/** Finds, of the other members that answer clients, the one with the least to do, by what the beats tell of each. */
@Injectable()
export class LeastLoaded {
  private loads: readonly number[] = [];
  /** What was sent to each and may not be in its load yet: a beat tells how it was a lap ago, so at each half of them are forgotten. */
  private readonly sent = new Map<ServerId, number>();

  /** What one request is thought to add to the load of another server. */
  private readonly share: number;

  constructor(
    private readonly ring: RingService,
    @Inject(CONFIG) { maxInFlight }: Pick<Config, 'maxInFlight'>,
  ) {
    this.share = SENT_SHARE / maxInFlight;
  }

  /** Its URL, or undefined when there is none with less to do than `own`. `fits`: which of them may be. */
  next(own: number, fits: (member: Member) => boolean = () => true): string | undefined {
    const best = this.find(own, fits);
    if (best !== undefined) this.sent.set(best.id, (this.sent.get(best.id) ?? 0) + 1);
    return best?.url;
  }

  /** The same by what the beats tell alone: what was sent there since may be done by now. */
  nextAsTold(own: number): string | undefined {
    this.sent.clear();
    return this.next(own);
  }

  /** Whether each of them has so much to do, or there is none. */
  allHave(load: number): boolean {
    return this.find(load, () => true) === undefined;
  }

  private find(below: number, fits: (member: Member) => boolean): Member | undefined {
    // The port listens before the ring is started.
    if (!this.ring.isRunning) return undefined;
    const { view, self, loads } = this.ring.status();
    if (loads !== this.loads) for (const [id, count] of this.sent) this.sent.set(id, count * REMEMBERED);
    this.loads = loads;
    let least = below;
    let best;
    for (const [index, member] of (view?.members ?? []).entries()) {
      const load = (loads[index] ?? 0) + (this.sent.get(member.id) ?? 0) * this.share;
      if (member.id === self.id || !member.full || !member.serves || load >= least || !fits(member)) continue;
      least = load;
      best = member;
    }
    return best;
  }
}
