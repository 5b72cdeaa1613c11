import type { IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { Access } from './access.js';
import { Answers } from './answers.js';
import { Cors } from './cors.js';

/** In two headers: browsers ask for a password only when Basic is the first word of one. */
const CHALLENGE: readonly string[] = [
  'WWW-Authenticate',
  'Bearer',
  'WWW-Authenticate',
  'Basic realm="ringlet"',
];

/**
 * Where every request passes before anything else is done with it, whichever way it takes then: before its body is asked
 * for, and before its path is looked at.
 */
@Injectable()
export class Gate {
  private readonly cors: Cors;

  constructor(
    private readonly access: Access,
    private readonly answers: Answers,
    @Inject(CONFIG) { corsOrigins }: Pick<Config, 'corsOrigins'>,
  ) {
    this.cors = new Cors(corsOrigins);
  }

  /** Every request may pass as it is, so that none has to be shown. */
  get isOpen(): boolean {
    return this.access.isOpen && this.cors.isOff;
  }

  /** False when the request is answered and has to go no further. */
  admits(request: IncomingMessage, response: ServerResponse): boolean {
    return (this.cors.isOff || this.passesCors(request, response)) && this.passesAccess(request, response);
  }

  private passesCors(request: IncomingMessage, response: ServerResponse): boolean {
    const own = this.cors.own(request.headers);
    for (let at = 0; at < own.length; at += 2) response.setHeader(own[at]!, own[at + 1]!);
    const preflight = this.cors.preflight(request);
    if (preflight === null) return true;
    this.answers.empty(request, response, 204, preflight);
    return false;
  }

  private passesAccess(request: IncomingMessage, response: ServerResponse): boolean {
    const refusal = this.access.refusal(request);
    if (refusal === null) return true;
    const headers = refusal === 'unauthorized' ? CHALLENGE : [];
    this.answers.problem(request, response, refusal, { headers });
    return false;
  }
}
