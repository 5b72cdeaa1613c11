import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Req, Res } from '@nestjs/common';

import { Answers } from '../http/index.js';
import { BackupService } from './backup.service.js';

const ALLOWED = 'GET, OPTIONS';

@Controller('backup')
export class BackupController {
  constructor(
    private readonly backups: BackupService,
    private readonly answers: Answers,
  ) {}

  /** A HEAD could not tell what a GET would come to, and so is not allowed. */
  @All()
  handle(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    if (request.method === 'GET') this.open(request, response);
    else this.answers.otherMethod(request, response, ALLOWED);
  }

  /** Behind other answers of its connection a stream waits for its turn: until then nobody could read it. */
  private open(request: IncomingMessage, response: ServerResponse): void {
    if (response.socket === null) response.once('socket', () => void this.send(request, response));
    else void this.send(request, response);
  }

  private async send(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.backups.send(response);
    } catch (error) {
      this.answers.failure(request, response, error);
    }
  }
}
