import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Query, Req, Res, ValidationPipe } from '@nestjs/common';

import { Answers, Problem } from '../http/index.js';
import { ListQuery } from './list-query.js';
import { type Listing, toListing } from './listing.js';
import { ObjectsHandler } from './objects.handler.js';
import { ObjectsService } from './objects.service.js';
import { problemOf } from './outcome-problem.js';

const LIST_ALLOWED = ['Allow', 'GET, HEAD, OPTIONS'];

const pipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  exceptionFactory: (errors) => {
    const detail = errors.flatMap(({ constraints }) => Object.values(constraints ?? {})).join('; ');
    return new Problem('bad_query', { detail });
  },
});

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
  async list(@Query(pipe) { prefix, after, limit }: ListQuery): Promise<Listing> {
    const outcome = await this.objects.settle();
    if (outcome.kind !== 'current') throw problemOf(outcome);
    const records = this.objects.list(prefix, after ?? null, limit + 1);
    return toListing(records, limit, this.objects.holders());
  }

  @All()
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    if (request.method === 'OPTIONS') this.answers.empty(request, response, 204, LIST_ALLOWED);
    else this.answers.problem(request, response, 'method_not_allowed', { headers: LIST_ALLOWED });
  }

  /** The long way in, past Express and Nest, to what the short way reaches at once. */
  @All('{*key}')
  handle(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.handler.handle(request, response);
  }
}
