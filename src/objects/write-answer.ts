import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Answers } from '../http/index.js';
import { etagOf, type Outcome } from '../replication/index.js';
import { problemOf, provisional, replayed } from './outcome-problem.js';

/** Tells a client what came of its write. @throws Problem when it was not done */
export function answerWrite(
  answers: Answers,
  request: IncomingMessage,
  response: ServerResponse,
  outcome: Outcome,
): void {
  if (outcome.kind !== 'done') throw problemOf(outcome);
  const { record, copies } = outcome;
  const headers = ['Ringlet-Revision', String(record.revision)];
  if (record.kind === 'put') headers.push('ETag', etagOf(record));
  if (record.of !== 0) headers.push(...replayed(record));
  if (copies !== null) headers.push(...provisional(copies));
  const isNew = record.kind === 'put' && !record.replaced;
  if (isNew) headers.push('Content-Length', '0');
  answers.empty(request, response, isNew ? 201 : 204, headers);
}
