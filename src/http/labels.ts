import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { primaryOf, type ReplicaEvent } from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { Cors } from './cors.js';
import { SANDBOX } from './sandbox.js';

/**
 * The headers that every answer carries: who answers, who is the primary when it is another, whether the view is
 * outside the lineage, so that a part of the ring that goes on elsewhere may overrule it, and what holds for browsers.
 */
@Injectable()
export class Labels {
  private readonly lasting: readonly string[];
  private current: readonly string[];
  private unmarked: readonly string[];

  constructor(
    private readonly ring: RingService,
    @Inject(CONFIG) { corsOrigins }: Pick<Config, 'corsOrigins'>,
  ) {
    this.lasting = [...SANDBOX, ...new Cors(corsOrigins).common];
    this.current = this.lasting;
    this.unmarked = this.lasting;
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
    const labels = ['Ringlet-Server', self.name, ...this.lasting];
    this.unmarked = isElsewhere ? [...labels, 'Ringlet-Primary', primary.url] : labels;
    this.current =
      view?.provisional === true ? [...this.unmarked, 'Ringlet-View', 'provisional'] : this.unmarked;
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind === 'view' || event.kind === 'removed') this.refresh();
  }
}
