import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Get, Header, Query, Req, Res } from '@nestjs/common';

import { Answers, badQuery, OF_READING, refuseUnknown } from '../http/index.js';
import type { ConflictListing } from './conflict-listing.js';
import { ConflictsHandler } from './conflicts.handler.js';
import { ConflictsService } from './conflicts.service.js';

const PARAMETERS = ['prefix', 'after', 'limit'];
const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = '100';
/** More than the `next` of a page of the longest keys. */
const MAX_CHARACTERS = 2048;

@Controller('conflicts')
export class ConflictsController {
  constructor(
    private readonly handler: ConflictsHandler,
    private readonly conflicts: ConflictsService,
    private readonly answers: Answers,
  ) {}

  /** Has everything that was acknowledged anywhere before the request came. */
  @Get()
  @Header('Cache-Control', 'no-cache')
  async list(@Query() parameters: Readonly<Record<string, string>>): Promise<ConflictListing> {
    const { prefix, after, limit } = readPage(parameters);
    await this.conflicts.current();
    return this.conflicts.list(prefix, after, limit);
  }

  @All()
  others(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.answers.otherMethod(request, response, OF_READING);
  }

  @All('{*key}')
  async handle(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    await this.handler.handle(request, response);
  }
}

interface Page {
  readonly prefix: string;
  readonly after: string | null;
  readonly limit: number;
}

/** @throws Problem */
function readPage(parameters: Readonly<Record<string, string>>): Page {
  refuseUnknown(parameters, PARAMETERS);
  const { prefix = '', after = null, limit: given = DEFAULT_LIMIT } = parameters;
  for (const text of [prefix, after ?? ''])
    if (text.length > MAX_CHARACTERS)
      throw badQuery(`prefix and after have up to ${MAX_CHARACTERS} characters`);
  const limit = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw badQuery(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return { prefix, after, limit };
}
