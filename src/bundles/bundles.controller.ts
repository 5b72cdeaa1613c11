import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Query, Req, Res } from '@nestjs/common';

import { Answers, OF_READING } from '../http/index.js';
import { knownListQuery, ListQuery, validListQuery } from '../objects/index.js';
import type { BundleListing } from './bundle-listing.js';
import { BundlesHandler } from './bundles.handler.js';
import { BundlesService } from './bundles.service.js';

@Controller('bundles')
export class BundlesController {
  constructor(
    private readonly handler: BundlesHandler,
    private readonly bundles: BundlesService,
    private readonly answers: Answers,
  ) {}

  /** Has everything that was acknowledged anywhere before the request came. */
  @Get()
  @Header('Cache-Control', 'no-cache')
  list(@Query(knownListQuery, validListQuery) { prefix, after, limit }: ListQuery): Promise<BundleListing> {
    return this.bundles.list(prefix, after, limit);
  }

  @All()
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, OF_READING);
  }

  @All('{*name}')
  async handle(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    await this.handler.handle(request, response);
  }
}
