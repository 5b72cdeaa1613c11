import { setTimeout as delay } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';

import { FilesService } from '../files/index.js';
import { Crowd, type Page, RequestTally } from '../http/index.js';
import { IslandsService } from '../islands/index.js';
import { RingService } from '../ring/index.js';

/** Before it the lag of the event loop has not been looked at, and would be infinite. */
const FIRST_LOOK_MS = 50;

/** Renders what is known at this moment. */
@Injectable()
export class MetricsService {
  private registry: Promise<Registry> | undefined;

  constructor(
    private readonly ring: RingService,
    private readonly tally: RequestTally,
    private readonly crowd: Crowd,
    private readonly islands: IslandsService,
    private readonly files: FilesService,
  ) {}

  async render(): Promise<Page> {
    this.registry ??= this.load();
    const registry = await this.registry;
    return { type: registry.contentType, body: await registry.metrics() };
  }

  private async load(): Promise<Registry> {
    const { createRegistry } = await import('./registry.js');
    const registry = createRegistry(
      () => this.ring.status(),
      this.tally,
      () => this.ring.diskRoom,
      () => this.crowd.waitingCount,
      this.islands.isAlone ? null : this.islands,
      () => this.files.figures,
    );
    await delay(FIRST_LOOK_MS, undefined, { ref: false });
    return registry;
  }
}
