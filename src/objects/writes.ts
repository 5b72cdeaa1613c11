import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';

import { type Config, CONFIG, formatSize } from '../config/index.js';
import { Answers, expectsContinue, prefers, Problem } from '../http/index.js';
import { type Condition, etagOf, INLINE_BODY_BYTES, type Outcome } from '../replication/index.js';
import { receiveBody } from './body.js';
import { readReplicas } from './copies.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { type Description, ObjectsService } from './objects.service.js';
import { problemOf, provisional, replayed } from './outcome-problem.js';
import { relayBody } from './relay.js';
import { readTtl } from './time-to-live.js';
import { readCondition, readMeta, readType, refuseTransformations, tellsLength } from './write-headers.js';

const ACCEPTED = ['Preference-Applied', 'respond-async', 'Content-Length', '0'];
const NOTHING = Buffer.alloc(0);
const NOT_KNOWN = -1;

/** What the headers of a PUT say. */
interface Announced {
  readonly key: string;
  readonly described: Description;
  readonly condition: Condition;
  readonly token: string;
}

/** PUT and DELETE: judged by their headers first, then sent round the ring. */
@Injectable()
export class Writes {
  private readonly logger = new Logger(Writes.name);
  private readonly limit: number;
  private readonly replicas: number;

  constructor(
    private readonly objects: ObjectsService,
    private readonly answers: Answers,
    @Inject(CONFIG) { maxObjectBytes, replicas }: Pick<Config, 'maxObjectBytes' | 'replicas'>,
  ) {
    this.limit = maxObjectBytes;
    this.replicas = replicas;
  }

  /** Everything that the headers can tell is told before the body is asked for. */
  put(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const { headers } = request;
    refuseTransformations(headers);
    const condition = readCondition(headers);
    const described = {
      type: readType(headers),
      meta: readMeta(headers),
      ttlMs: readTtl(headers),
      replicas: readReplicas(headers, this.replicas),
    };
    const announced = { key, described, condition, token: readIdempotencyKey(headers) };
    if (!tellsLength(headers)) throw new Problem('length_required');
    const size = Number(headers['content-length'] ?? 0);
    if (size > this.limit) throw this.tooLarge();
    if (size > INLINE_BODY_BYTES) return this.putLarge(request, response, announced, size, NOTHING);
    if (expectsContinue(request)) response.writeContinue();
    return this.putSmall(request, response, announced);
  }

  delete(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const { headers } = request;
    const condition = readCondition(headers);
    const token = readIdempotencyKey(headers);
    return this.finish(request, response, this.objects.delete(key, condition, token));
  }

  /** Its body goes round together with its record; one whose size is not known may turn out to be large. */
  private async putSmall(
    request: IncomingMessage,
    response: ServerResponse,
    announced: Announced,
  ): Promise<void> {
    const received = await receiveBody(request, Math.min(INLINE_BODY_BYTES, this.limit));
    switch (received.kind) {
      case 'whole': {
        const { key, described, condition, token } = announced;
        const { type, meta, ttlMs, replicas } = described;
        const object = { type, meta, body: received.body, ttlMs, replicas };
        return this.finish(request, response, this.objects.put(key, object, condition, token));
      }
      case 'begun':
        return this.putLarge(request, response, announced, NOT_KNOWN, received.beginning);
      case 'cut-off':
        return undefined;
    }
  }

  /** Its body goes round ahead of its record, while it comes. A ring that has no room for it says so at once. */
  private async putLarge(
    request: IncomingMessage,
    response: ServerResponse,
    { key, described, condition, token }: Announced,
    size: number,
    beginning: Buffer,
  ): Promise<void> {
    const upload = this.objects.upload(size);
    const isRefused = await Promise.race([upload.outcome.then(() => true), turn(false)]);
    if (isRefused) return this.answer(request, response, await upload.outcome);
    if (beginning.length === 0 && expectsContinue(request)) response.writeContinue();
    switch (await relayBody(request, upload, this.limit, beginning)) {
      case 'whole': {
        const outcome = this.objects.endUpload(upload, key, described, condition, token);
        return this.finish(request, response, outcome);
      }
      case 'answered':
        return this.answer(request, response, await upload.outcome);
      case 'too-large':
        upload.abort();
        throw this.tooLarge();
      case 'cut-off':
        upload.abort();
    }
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
    if (record.of !== 0) headers.push(...replayed(record));
    if (copies !== null) headers.push(...provisional(copies));
    const isNew = record.kind === 'put' && !record.replaced;
    if (isNew) headers.push('Content-Length', '0');
    this.answers.empty(request, response, isNew ? 201 : 204, headers);
  }

  private tooLarge(): Problem {
    return new Problem('object_too_large', {
      detail: `MAX_OBJECT_SIZE is ${formatSize(this.limit)} at this server.`,
    });
  }
}
