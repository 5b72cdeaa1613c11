import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { type ErrorCode, errorKind, ERRORS, Problem } from '../http/index.js';
import { parseTag } from '../objects/index.js';
import { dropBody, wholeBody } from './bounded-body.js';
import { CallError } from './caller.js';

const MOST_PROBLEM_BYTES = 16 * 1024;
const PROBLEM_MS = 2_000;
const DONE: readonly number[] = [201, 204];

/** What is taken of the answer to a write, each in its only form. */
const TAKEN: readonly (readonly [name: string, isGood: (value: string) => boolean])[] = [
  ['ETag', (value) => parseTag(value)?.isWeak === false],
  ['Ringlet-Revision', (value) => /^\d{1,16}$/.test(value)],
  ['Idempotency-Replayed', (value) => value === 'true'],
  ['Ringlet-View', (value) => /^provisional; copies=\d{1,6}$/.test(value)],
];

export interface Written {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/**
 * The answer of another island to a write.
 *
 * @throws Problem when it refuses, in the words of this island
 * @throws CallError when it is no answer to a write
 */
export async function readWriteAnswer(message: IncomingMessage, island: string): Promise<Written> {
  const status = message.statusCode!;
  if (DONE.includes(status)) {
    dropBody(message, status !== 204);
    const length = status === 204 ? [] : ['Content-Length', '0'];
    return { status, headers: [...takenOf(message.headers), ...length] };
  }
  const headers = ['Ringlet-Island', island];
  if (status === 401 || status === 403) {
    const detail = `${island} answers ${status}: the token in ISLANDS is not the one that it asks for.`;
    throw new Problem('island_answer', { detail, headers });
  }
  const code = codeOf(await wholeBody(message, MOST_PROBLEM_BYTES, PROBLEM_MS), status);
  if (code === null) throw new CallError('useless', `it answers ${status}`);
  throw new Problem(code, { headers: [...headers, ...takenOf(message.headers)] });
}

function takenOf(headers: IncomingHttpHeaders): string[] {
  return TAKEN.flatMap(([name, isGood]) => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' && isGood(value) ? [name, value] : [];
  });
}

/** Null when it is no refusal of the registry. */
function codeOf(body: Buffer, status: number): ErrorCode | null {
  try {
    const { code } = JSON.parse(body.toString()) as { readonly code: unknown };
    const isKnown = typeof code === 'string' && Object.hasOwn(ERRORS, code);
    return isKnown && errorKind(code as ErrorCode).status === status ? (code as ErrorCode) : null;
  } catch {
    return null;
  }
}
