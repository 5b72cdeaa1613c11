import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { RingService } from '../ring/index.js';
import { Departures } from './departures.js';
import { RequestTally } from './request-tally.js';
import { reportRing, type RingReport } from './ring-report.js';
import { Shutdown } from './shutdown.js';

/** The ring as this server sees it now, for whoever asks. */
@Injectable()
export class RingReports {
  private readonly departures = new Departures();

  constructor(
    private readonly ring: RingService,
    private readonly tally: RequestTally,
    private readonly shutdown: Shutdown,
    @Inject(CONFIG) private readonly config: Pick<Config, 'ring'>,
  ) {
    ring.events.subscribe((event) => {
      if (event.kind === 'view') this.departures.follow(event);
    });
  }

  report(): RingReport {
    const { answered: requests, inFlight } = this.tally;
    const gone = this.departures.list;
    const lost = this.ring.lost().keys;
    const surroundings = {
      ring: this.config.ring,
      now: new Date(),
      load: { requests, inFlight },
      gone,
      isLeaving: this.shutdown.isDraining,
      lost,
    };
    return reportRing(surroundings, this.ring.status());
  }
}
