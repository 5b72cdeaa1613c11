import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Req, Res } from '@nestjs/common';

import { Answers, OF_READING } from '../http/index.js';
import { IslandsService } from './islands.service.js';
import type { IslandReport } from './register.js';

@Controller('islands')
export class IslandsController {
  constructor(
    private readonly islands: IslandsService,
    private readonly answers: Answers,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  show(): { readonly islands: readonly IslandReport[] } {
    return { islands: this.islands.report() };
  }

  @All()
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, OF_READING);
  }
}
