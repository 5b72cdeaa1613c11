import type { IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { RingService } from '../ring/index.js';
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

/** What a server that only keeps bodies answers all the same. */
const OWN_AFFAIRS = /^\/(?:health|ring|metrics)(?:[/?]|$)/;

/**
 * Where every request passes before anything else is done with it, whichever way it takes then: before its body is asked
 * for, and before its path is looked at.
 */
@Injectable()
export class Gate {
  private readonly cors: Cors;
  private readonly serves: boolean;

  constructor(
    private readonly access: Access,
    private readonly answers: Answers,
    private readonly ring: RingService,
    @Inject(CONFIG) { corsOrigins, role }: Pick<Config, 'corsOrigins' | 'role'>,
  ) {
    this.cors = new Cors(corsOrigins);
    this.serves = role !== 'storage';
  }

  /** Every request may pass as it is, so that none has to be shown. */
  get isOpen(): boolean {
    return this.access.isOpen && this.cors.isOff && this.serves;
  }

  /** False when the request is answered and has to go no further. */
  admits(request: IncomingMessage, response: ServerResponse): boolean {
    return (
      (this.cors.isOff || this.passesCors(request, response)) &&
      this.passesAccess(request, response) &&
      (this.serves || this.passesErrand(request, response))
    );
  }

  /** Tells a client of a server that serves it. */
  private passesErrand(request: IncomingMessage, response: ServerResponse): boolean {
    if (OWN_AFFAIRS.test(request.url!)) return true;
    // The port listens before the ring is started.
    const view = this.ring.isRunning ? this.ring.status().view : null;
    const server = view?.members.find(({ serves }) => serves)?.url ?? null;
    const detail =
      server === null
        ? 'This server only keeps bodies (ROLE=storage), and no member of the ring serves clients: start one that does.'
        : `This server only keeps bodies (ROLE=storage): ask ${server} instead.`;
    this.answers.problem(request, response, 'not_serving', { detail, members: { server } });
    return false;
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
