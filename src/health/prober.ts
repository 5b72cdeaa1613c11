import { Inject, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';

import { type Config, CONFIG } from '../config/index.js';
import { RingService } from '../ring/index.js';

const PROBE = 'probe';
/** Beats of the clock in a probe interval: the replica sees its own lateness at this resolution. */
const BEATS = 4;

/**
 * The scheduled probe. It gives the replica its clock; the replica looks for its own lateness first, then probes its
 * successor, and a suspicion starts the view change that goes round the ring.
 */
@Injectable()
export class Prober {
  constructor(
    private readonly schedule: SchedulerRegistry,
    private readonly ring: RingService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  start(): void {
    const beatMs = this.config.probeIntervalMs / BEATS;
    this.schedule.addInterval(
      PROBE,
      setInterval(() => this.ring.tick(), beatMs),
    );
  }

  stop(): void {
    if (this.schedule.doesExist('interval', PROBE)) this.schedule.deleteInterval(PROBE);
  }
}
