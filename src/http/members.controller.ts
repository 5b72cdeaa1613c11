import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { RingService } from '../ring/index.js';
import { OF_READING } from './allow.js';
import { Answers } from './answers.js';
import { Problem } from './problem.js';
import { reportRing, type RingReport } from './ring-report.js';
import { Shutdown } from './shutdown.js';

@Controller('ring')
export class MembersController {
  constructor(
    private readonly ring: RingService,
    private readonly answers: Answers,
    private readonly shutdown: Shutdown,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  show(): RingReport {
    return reportRing(this.config.ring, this.ring.status(), this.ring.lost().keys);
  }

  /**
   * The answer comes first, the departure after it: pending requests complete, the ring closes over the gap, and the
   * process ends.
   */
  @Post('leave')
  @HttpCode(202)
  leave(@Headers('sec-fetch-site') site?: string): { readonly leaving: string } {
    refuseOtherSites(site);
    this.shutdown.begin();
    return { leaving: this.ring.self.name };
  }

  /** People say that the ring goes on here: what the others had written meanwhile is offered to it when they come back. */
  @Post('adopt')
  @HttpCode(204)
  async adopt(@Headers('sec-fetch-site') site?: string): Promise<void> {
    refuseOtherSites(site);
    const { kind } = await this.ring.adopt();
    if (kind === 'not-done') throw new Problem('not_a_member');
    if (kind !== 'adopted') throw new Problem('not_adopted');
  }

  @All()
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, OF_READING);
  }

  @All(['leave', 'adopt'])
  othersOfOrders(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, 'POST, OPTIONS');
  }
}

/** A browser sends a POST for a page of any site without asking. */
function refuseOtherSites(site: string | undefined): void {
  if (site === 'cross-site' || site === 'same-site') throw new Problem('cross_site');
}
