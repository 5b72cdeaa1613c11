import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable } from '@nestjs/common';

import { Answers, badQuery, OF_OBJECTS, Problem, queryOf, readQuery, refuseUnknown } from '../http/index.js';
import {
  answerWrite,
  bodyGone,
  keyOf,
  MOST_READS,
  readCondition,
  readIdempotencyKey,
  receiveBody,
  refuseTransformations,
  tellsLength,
} from '../objects/index.js';
import type { Outcome } from '../replication/index.js';
import { BundleAnswers, JSON_TYPE, TAR_TYPE } from './bundle-answers.js';
import { BundlesService } from './bundles.service.js';
import { preferred } from './negotiation.js';
import { MOST_BUNDLE_BYTES, readBundle } from './read-bundle.js';
import type { ResolvedPart } from './resolved.js';

const PREFIX = '/bundles/';
/** Keys that a refusal names, for programs and in words. */
const MOST_NAMED = 100;
const MOST_SAID = 3;

/** Answers what is under `/bundles/`, by the name of the bundle. */
@Injectable()
export class BundlesHandler {
  constructor(
    private readonly bundles: BundlesService,
    private readonly bundleAnswers: BundleAnswers,
    private readonly answers: Answers,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = keyOf(request.url!, PREFIX);
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.show(request, response, name);
      case 'PUT':
        return this.put(request, response, name);
      case 'DELETE':
        return this.delete(request, response, name);
      default:
        return this.answers.otherMethod(request, response, OF_OBJECTS);
    }
  }

  /** An archive that could not be begun, as a part was written again, is begun anew with what is there now. */
  private async show(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const allowsMissing = readMissing(request.url!);
    const type = preferred(request.headers.accept, [JSON_TYPE, TAR_TYPE]);
    if (type === undefined) throw new Problem('not_acceptable', { headers: ['Vary', 'Accept'] });
    for (let reads = 0; reads < MOST_READS; reads++) {
      const resolution = await this.bundles.resolve(name, request.headers);
      if (type === JSON_TYPE) return this.bundleAnswers.json(request, response, resolution);
      const missing = resolution.bundle.parts.filter((part) => part.missing);
      if (missing.length > 0 && !allowsMissing) throw lacking('bundle_incomplete', missing);
      if (await this.bundleAnswers.tar(request, response, resolution)) return;
    }
    throw bodyGone();
  }

  private async put(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const { headers } = request;
    refuseTransformations(headers);
    const allowsMissing = readMissing(request.url!);
    const condition = readCondition(headers);
    const token = readIdempotencyKey(headers);
    if (!tellsLength(headers)) throw new Problem('length_required');
    if (Number(headers['content-length'] ?? 0) > MOST_BUNDLE_BYTES) throw new Problem('bundle_too_large');
    const received = await receiveBody(request, MOST_BUNDLE_BYTES);
    if (received.kind === 'cut-off') return;
    if (received.kind === 'begun') throw new Problem('bundle_too_large');
    const bundle = readBundle(received.body);
    if (!allowsMissing) {
      const missing = await this.bundles.missingOf(bundle, headers);
      // What was stored by this very request is not refused when it is sent again, whatever became of the parts.
      if (missing.length > 0 && !this.bundles.wasPutBy(name, token)) throw lacking('parts_missing', missing);
    }
    this.answer(request, response, await this.bundles.put(name, bundle, condition, token));
  }

  private async delete(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const condition = readCondition(request.headers);
    const token = readIdempotencyKey(request.headers);
    this.answer(request, response, await this.bundles.delete(name, condition, token));
  }

  private answer(request: IncomingMessage, response: ServerResponse, outcome: Outcome): void {
    if (outcome.kind === 'refused' && outcome.record.refusal === 'absent') throw new Problem('no_bundle');
    answerWrite(this.answers, request, response, outcome);
  }
}

/** Whether `?missing=allowed` is said. @throws Problem */
function readMissing(target: string): boolean {
  const parameters = readQuery(queryOf(target));
  refuseUnknown(parameters, ['missing']);
  const { missing } = parameters;
  if (missing !== undefined && missing !== 'allowed') throw badQuery('missing can be "allowed" only');
  return missing === 'allowed';
}

function lacking(code: 'bundle_incomplete' | 'parts_missing', missing: readonly ResolvedPart[]): Problem {
  const keys = missing.slice(0, MOST_NAMED).map(({ key }) => key);
  const said = keys.slice(0, MOST_SAID).map((key) => JSON.stringify(key));
  const more = missing.length > MOST_SAID ? ` and ${missing.length - MOST_SAID} more` : '';
  const detail = `Missing: ${said.join(', ')}${more}.`;
  return new Problem(code, { detail, members: { missing: keys, count: missing.length } });
}
