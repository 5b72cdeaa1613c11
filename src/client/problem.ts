import type { IncomingMessage } from 'node:http';

import { Patience } from './patience.js';

const MAX_TEXT_CHARACTERS = 64 * 1024 * 1024;
const MAX_PROBLEM_CHARACTERS = 64 * 1024;
/** Not now, not here, too slow, too many, a mistake of one server: sent again, here or elsewhere, it may succeed. */
const PASSING: ReadonlySet<number> = new Set([408, 421, 429, 500, 502, 503, 504]);
/** Codes of answers without a body, which HEAD gets. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'read_only_token',
  404: 'no_object',
  412: 'precondition_failed',
  416: 'range_not_satisfiable',
};

/** Why a server has not done what it was asked to. */
export interface Told {
  readonly status: number;
  readonly code: string;
  /** Without a full stop. */
  readonly said: string;
  readonly retryAfterSeconds: number;
}

/** What a problem document says, else what the status does. */
export async function problemIn(message: IncomingMessage, patienceMs: number): Promise<Told> {
  const status = message.statusCode!;
  const retryAfterSeconds = Number(message.headers['retry-after']) || 0;
  const { code, detail, title } = await documentIn(message, patienceMs);
  const said = [detail, title].find((text) => typeof text === 'string') ?? `status ${status}`;
  return {
    status,
    code: typeof code === 'string' ? code : (CODES[status] ?? 'refused'),
    said: (said as string).replace(/\.$/, ''),
    retryAfterSeconds,
  };
}

/** Asking again is of no use. What only-if-cached forbids stays forbidden. */
export function isFinal({ status, code }: Told): boolean {
  return !PASSING.has(status) || code === 'not_here';
}

/** The whole body, as UTF-8. Rejects when it does not come to its end, stands still for too long, or is too long. */
export async function readText(
  message: IncomingMessage,
  patienceMs: number,
  maxCharacters = MAX_TEXT_CHARACTERS,
): Promise<string> {
  const patience = new Patience(patienceMs, () => message.destroy(new Error(`no more in ${patienceMs} ms`)));
  try {
    message.setEncoding('utf8');
    let text = '';
    for await (const chunk of message) {
      patience.extend();
      text += chunk as string;
      if (text.length > maxCharacters) throw new Error('the answer is too long');
    }
    return text;
  } finally {
    patience.end();
  }
}

async function documentIn(message: IncomingMessage, patienceMs: number): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readText(message, patienceMs, MAX_PROBLEM_CHARACTERS));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // No document: the status has to do.
  }
  return {};
}
