import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Query, Req, Res } from '@nestjs/common';

import { Answers, OF_READING } from '../http/index.js';
import { knownListQuery, ListQuery, validListQuery } from './list-query.js';
import { type Listing, toListing } from './listing.js';
import { ObjectsHandler } from './objects.handler.js';
import { ObjectsService } from './objects.service.js';
import { problemOf } from './outcome-problem.js';

@Controller('objects')
export class ObjectsController {
  constructor(
    private readonly handler: ObjectsHandler,
    private readonly objects: ObjectsService,
    private readonly answers: Answers,
  ) {}

  /** Has everything that was acknowledged anywhere before the request came. */
  @Get()
  @Header('Cache-Control', 'no-cache')
  async list(@Query(knownListQuery, validListQuery) { prefix, after, limit }: ListQuery): Promise<Listing> {
    const outcome = await this.objects.settle();
    if (outcome.kind !== 'current') throw problemOf(outcome);
    const records = this.objects.listVisible(prefix, after ?? null, limit + 1);
    return toListing(records, limit, this.objects.holders());
  }

  @All()
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, OF_READING);
  }

  /** The long way in, past Express and Nest, to what the short way reaches at once. */
  @All('{*key}')
  handle(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.handler.handle(request, response);
  }
}
