import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Req, Res } from '@nestjs/common';

import { Answers } from '../http/index.js';
import { readWatchQuery } from './watch-query.js';
import { WatchService } from './watch.service.js';

const ALLOWED = 'GET, OPTIONS';

@Controller('events')
export class WatchController {
  constructor(
    private readonly watch: WatchService,
    private readonly answers: Answers,
  ) {}

  /** A HEAD could only be answered by a stream that never says anything, and so is not allowed. */
  @All()
  handle(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    if (request.method === 'GET') this.open(request, response);
    else this.answers.otherMethod(request, response, ALLOWED);
  }

  /** Behind other answers of its connection a stream waits for its turn: until then nobody could read it. */
  private open(request: IncomingMessage, response: ServerResponse): void {
    if (response.socket === null) response.once('socket', () => this.begin(request, response));
    else this.begin(request, response);
  }

  private begin(request: IncomingMessage, response: ServerResponse): void {
    try {
      const query = readWatchQuery(request.url!, String(request.headers['last-event-id'] ?? ''));
      this.watch.open(response, query);
    } catch (error) {
      this.answers.failure(request, response, error);
    }
  }
}
