import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Req, Res } from '@nestjs/common';

import { Answers, OF_READING, Problem, Shutdown } from '../http/index.js';
import { RingService } from '../ring/index.js';
import { whyNotReady } from './readiness.js';

interface Ready {
  readonly ready: true;
  /** How many objects cannot be read as nobody has their body. Which, `GET /ring` says: here no token is asked for. */
  readonly lost?: number;
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly ring: RingService,
    private readonly shutdown: Shutdown,
    private readonly answers: Answers,
  ) {}

  /** Answered as long as the event loop runs, whatever the ring does. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { readonly live: true } {
    return { live: true };
  }

  /** Whether requests should be sent here. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  ready(): Ready {
    const lost = this.ring.lost();
    const reason = whyNotReady(this.ring.status(), lost, this.shutdown.isDraining);
    if (reason !== null) throw new Problem('not_ready', { members: { ready: false, reason } });
    return lost.count === 0 ? { ready: true } : { ready: true, lost: lost.count };
  }

  @All(['live', 'ready'])
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, OF_READING);
  }
}
