import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Req, Res } from '@nestjs/common';

import { Pages } from '../http/index.js';
import { MetricsService } from './metrics.service.js';

@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: MetricsService,
    private readonly pages: Pages,
  ) {}

  @All()
  show(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.pages.serve(request, response, () => this.metrics.render());
  }
}
