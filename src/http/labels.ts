import { Injectable } from '@nestjs/common';

import { primaryOf, type ReplicaEvent } from '../replication/index.js';
import { RingService } from '../ring/index.js';

/** What a user stores can neither be taken for another type nor run in another's page. */
const SANDBOX: readonly string[] = [
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "sandbox; default-src 'none'",
];

/**
 * The headers that every answer carries: who answers, who is the primary when it is another, and whether the view is
 * outside the lineage, so that a part of the ring that goes on elsewhere may overrule it.
 */
@Injectable()
export class Labels {
  private current = SANDBOX;
  private unmarked = SANDBOX;

  constructor(private readonly ring: RingService) {
    ring.events.subscribe((event) => this.follow(event));
  }

  /** Names and values in turn; the same array until the primary may have changed. */
  headers(): readonly string[] {
    return this.current;
  }

  /** The same without the mark of a provisional view, for an acknowledgement that says more of it. */
  withoutView(): readonly string[] {
    return this.unmarked;
  }

  /** To be called once the ring is started and this server has its name. */
  refresh(): void {
    const { self, view } = this.ring.status();
    const primary = view === null ? null : primaryOf(view);
    const isElsewhere = primary !== null && primary.id !== self.id;
    const labels = ['Ringlet-Server', self.name, ...SANDBOX];
    this.unmarked = isElsewhere ? [...labels, 'Ringlet-Primary', primary.url] : labels;
    this.current =
      view?.provisional === true ? [...this.unmarked, 'Ringlet-View', 'provisional'] : this.unmarked;
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind === 'view' || event.kind === 'removed') this.refresh();
  }
}
