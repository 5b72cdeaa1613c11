import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable, Logger } from '@nestjs/common';

import { Answers, expectsContinue, Problem } from '../http/index.js';
import { etagOf, type Outcome } from '../replication/index.js';
import { MAX_BODY_BYTES, type Received, receiveBody } from './body.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { ObjectsService } from './objects.service.js';
import { problemOf, provisional, replayed } from './outcome-problem.js';
import { prefers } from './preferences.js';
import { readTtl } from './time-to-live.js';
import { readCondition, readMeta, readType, refuseTransformations, tellsLength } from './write-headers.js';

const ACCEPTED = ['Preference-Applied', 'respond-async', 'Content-Length', '0'];

/** PUT and DELETE: judged by their headers first, then sent round the ring. */
@Injectable()
export class Writes {
  private readonly logger = new Logger(Writes.name);

  constructor(
    private readonly objects: ObjectsService,
    private readonly answers: Answers,
  ) {}

  /** Everything that the headers can tell is told before the body is asked for. */
  async put(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const { headers } = request;
    refuseTransformations(headers);
    const condition = readCondition(headers);
    const type = readType(headers);
    const meta = readMeta(headers);
    const ttlMs = readTtl(headers);
    const token = readIdempotencyKey(headers);
    if (!tellsLength(headers)) throw new Problem('length_required');
    if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new Problem('object_too_large');
    if (expectsContinue(request)) response.writeContinue();
    const body = bodyOf(await receiveBody(request, MAX_BODY_BYTES));
    if (body === null) return;
    await this.finish(
      request,
      response,
      this.objects.put(key, { type, meta, body, ttlMs }, condition, token),
    );
  }

  async delete(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const { headers } = request;
    const condition = readCondition(headers);
    const token = readIdempotencyKey(headers);
    await this.finish(request, response, this.objects.delete(key, condition, token));
  }

  /** Who prefers not to wait is told at once that the write is on its way, and nothing more (RFC 7240, 4.1). */
  private async finish(
    request: IncomingMessage,
    response: ServerResponse,
    outcome: Promise<Outcome>,
  ): Promise<void> {
    if (!prefers(request.headers.prefer, 'respond-async'))
      return this.answer(request, response, await outcome);
    outcome.catch((error: unknown) => this.logger.error(error));
    this.answers.empty(request, response, 202, ACCEPTED);
  }

  private answer(request: IncomingMessage, response: ServerResponse, outcome: Outcome): void {
    if (outcome.kind !== 'done') throw problemOf(outcome);
    const { record, copies } = outcome;
    const headers = ['Ringlet-Revision', String(record.revision)];
    if (record.kind === 'put') headers.push('ETag', etagOf(record));
    headers.push(...replayed(record), ...provisional(copies));
    const isNew = record.kind === 'put' && !record.replaced;
    if (isNew) headers.push('Content-Length', '0');
    this.answers.empty(request, response, isNew ? 201 : 204, headers);
  }
}

/** Null when nobody is left to be answered. */
function bodyOf(received: Received): Buffer | null {
  switch (received.kind) {
    case 'whole':
      return received.body;
    case 'too-large':
      throw new Problem('object_too_large');
    case 'cut-off':
      return null;
  }
}
