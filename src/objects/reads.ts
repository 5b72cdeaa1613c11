import type { IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable, Optional } from '@nestjs/common';

import { Answers, maySendOn, Problem } from '../http/index.js';
import type { LogRecord, ServerId } from '../replication/index.js';
import { BEYOND, type Beyond } from './beyond.js';
import { Bodies, bodyGone, MOST_READS } from './bodies.js';
import { readWish } from './cache-control.js';
import { ObjectsService } from './objects.service.js';
import { problemOf } from './outcome-problem.js';
import { type Given, ObjectAnswers } from './object-answers.js';

const STALE = ['Ringlet-Stale', '1'];
const NO_EXTRAS: readonly string[] = [];

/** GET and HEAD: at once from memory when this server may answer, which is the usual case. */
@Injectable()
export class Reads {
  private readonly found: ObjectAnswers;

  constructor(
    private readonly objects: ObjectsService,
    private readonly answers: Answers,
    bodies: Bodies,
    @Optional() @Inject(BEYOND) private readonly beyond: Beyond | null = null,
  ) {
    this.found = new ObjectAnswers(answers, bodies);
  }

  /** Undefined when the answer was given at once. */
  read(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> | undefined {
    const peek = this.objects.peek(key);
    switch (peek.kind) {
      case 'object': {
        const given = this.found.send(request, response, peek.record, NO_EXTRAS);
        return given === true ? undefined : this.finish(request, response, key, given);
      }
      case 'absent':
        if (this.beyond !== null) return this.beyond.read(request, response, key);
        this.answers.problem(request, response, 'no_object');
        return undefined;
      case 'elsewhere':
        if (this.answerElsewhere(request, response, peek.record)) return undefined;
        return this.finish(request, response, key, this.wait(request, response, key));
      case 'wait':
        return this.finish(request, response, key, this.wait(request, response, key));
    }
  }

  /** What others keep: false when its body has to be asked for. */
  private answerElsewhere(request: IncomingMessage, response: ServerResponse, record: LogRecord): boolean {
    const { headers } = request;
    if (readWish(headers['cache-control']).onlyHere) throw new Problem('not_here');
    if (this.found.sendSpared(request, response, record)) return true;
    const url = maySendOn(request) ? this.objects.urlOfHolder(record) : undefined;
    if (url === undefined) return this.found.sendHead(request, response, record);
    this.answers.redirect(request, response, `${url}${request.url}`);
    return true;
  }

  /** An answer whose body was gone before it began is given anew, with the present version. */
  private async finish(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    given: Given,
  ): Promise<void> {
    for (let reads = 1; !(await given); reads++) {
      if (reads === MOST_READS) throw bodyGone();
      given = this.wait(request, response, key);
    }
  }

  private async wait(request: IncomingMessage, response: ServerResponse, key: string): Promise<boolean> {
    const { allowsStale, onlyHere } = readWish(request.headers['cache-control']);
    const present = this.objects.stale(key);
    if (allowsStale && isHere(present)) return this.found.send(request, response, present, STALE);
    if (onlyHere && !isHere(present)) throw new Problem('not_here');
    const outcome = await this.objects.get(key);
    if (outcome.kind === 'absent' && this.beyond !== null) {
      await this.beyond.read(request, response, key);
      return true;
    }
    if (outcome.kind !== 'object') throw problemOf(outcome);
    if (onlyHere && (outcome.via !== null || !isHere(outcome.record))) throw new Problem('not_here');
    return this.found.send(request, response, outcome.record, this.via(outcome.via));
  }

  private via(server: ServerId | null): readonly string[] {
    return server === null ? NO_EXTRAS : ['Ringlet-Via', this.objects.nameOf(server)];
  }
}

function isHere(record: LogRecord | undefined): record is LogRecord {
  return record !== undefined && record.body !== null;
}
