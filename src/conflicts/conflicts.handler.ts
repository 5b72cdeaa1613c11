import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable } from '@nestjs/common';

import {
  Answers,
  badQuery,
  OF_CONFLICTS,
  Problem,
  queryOf,
  readQuery,
  refuseUnknown,
} from '../http/index.js';
import {
  Bodies,
  bodyGone,
  keyOf,
  MOST_READS,
  ObjectAnswers,
  problemOf,
  provisional,
  readCondition,
} from '../objects/index.js';
import { etagOf, type LogRecord, UNCONDITIONAL, versionOf } from '../replication/index.js';
import { isDeletion } from './conflict-listing.js';
import { ConflictsService } from './conflicts.service.js';

const PREFIX = '/conflicts/';
const REVISION = /^\d{1,16}$/;

/** Answers what is under `/conflicts/`, by the key of the object that they are about. */
@Injectable()
export class ConflictsHandler {
  private readonly found: ObjectAnswers;

  constructor(
    private readonly conflicts: ConflictsService,
    private readonly answers: Answers,
    bodies: Bodies,
  ) {
    this.found = new ObjectAnswers(answers, bodies);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = keyOf(request.url!, PREFIX);
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.show(request, response, key);
      case 'DELETE':
        return this.settle(request, response, key);
      default:
        return this.answers.otherMethod(request, response, OF_CONFLICTS);
    }
  }

  /** A deletion that lost has nothing to show, which is not the same as an object of no bytes. */
  private async show(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    for (let reads = 0; reads < MOST_READS; reads++) {
      const [newest] = await this.find(request.url!, key);
      const conflict = await this.conflicts.withBody(newest!);
      if (conflict === null) throw new Problem('no_conflict');
      const told = ['Ringlet-Revision', String(versionOf(conflict)), 'Ringlet-Conflict'];
      if (isDeletion(conflict))
        return this.answers.empty(request, response, 204, [...told, 'deleted', 'ETag', etagOf(conflict)]);
      if (await this.found.send(request, response, conflict, [...told, 'written'])) return;
    }
    throw bodyGone();
  }

  private async settle(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    if (readCondition(request.headers) !== UNCONDITIONAL)
      throw new Problem('unsupported_condition', { detail: 'Name the conflict by ?revision= instead.' });
    const outcome = await this.conflicts.settle(await this.find(request.url!, key));
    if (outcome.kind === 'absent') throw new Problem('no_conflict');
    if (outcome.kind !== 'done') throw problemOf(outcome);
    const { record, copies } = outcome;
    const told = ['Ringlet-Revision', String(record.revision), ...provisional(copies)];
    this.answers.empty(request, response, 204, told);
  }

  /** At least one; rejects with a Problem when there is none. */
  private async find(target: string, key: string): Promise<LogRecord[]> {
    const revision = revisionIn(target);
    await this.conflicts.current();
    const conflicts = this.conflicts.of(key, revision);
    if (conflicts.length === 0) throw new Problem('no_conflict');
    return conflicts;
  }
}

function revisionIn(target: string): number | null {
  const parameters = readQuery(queryOf(target));
  refuseUnknown(parameters, ['revision']);
  const { revision } = parameters;
  if (revision === undefined) return null;
  if (!REVISION.test(revision)) throw badQuery('revision must be a whole number');
  return Number(revision);
}
