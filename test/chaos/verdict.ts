import type { Input, Output } from '../support/linearizability/index.js';
import type { Reply } from '../support/processes/index.js';
import { valueOf } from './values.js';

/** What a reply says of the request. */
export type Verdict =
  | { readonly kind: 'done'; readonly output: Output; readonly etag?: string }
  /** Certainly nothing was done, or nothing was read. */
  | { readonly kind: 'not-done'; readonly why: string }
  /** It may have been done, may still be, or never. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** No server should ever answer so. */
  | { readonly kind: 'wrong'; readonly why: string };

type Answer = Extract<Reply, { kind: 'answer' }>;

/** Codes that promise that the write was not done and will not be. */
const CERTAINLY_NOT_DONE = new Set(['overloaded', 'no_quorum', 'leaving', 'not_a_member', 'write_timeout']);
const NOT_READABLE = new Set(['read_no_lease', 'read_no_holder', 'read_timeout', 'not_a_member']);

export function judge(input: Input, reply: Reply): Verdict {
  switch (reply.kind) {
    case 'unsent':
      return { kind: 'not-done', why: 'connection refused' };
    case 'lost':
      return { kind: input.kind === 'get' ? 'not-done' : 'unknown', why: reply.why };
    case 'answer':
      return input.kind === 'get' ? judgeRead(reply) : judgeWrite(input, reply);
  }
}

function judgeRead(answer: Answer): Verdict {
  const { status, headers, body } = answer;
  if (headers['ringlet-stale'] !== undefined) return wrong(answer);
  if (status === 200) return { kind: 'done', output: { value: valueOf(body) }, ...etagIn(answer) };
  const code = codeOf(body);
  if (status === 404 && code === 'no_object') return { kind: 'done', output: 'absent' };
  if (status === 503 && NOT_READABLE.has(code)) return { kind: 'not-done', why: code };
  return wrong(answer);
}

function judgeWrite(input: Input, answer: Answer): Verdict {
  const { status, headers, body } = answer;
  const isPut = input.kind !== 'delete';
  if (status === 204 || (status === 201 && isPut)) {
    const view = headers['ringlet-view'];
    if (view !== undefined) return { kind: 'unknown', why: String(view) };
    const output = !isPut ? 'done' : status === 201 ? 'created' : 'replaced';
    return { kind: 'done', output, ...etagIn(answer) };
  }
  const code = codeOf(body);
  if (status === 404 && code === 'no_object') return { kind: 'done', output: 'absent' };
  if (status === 412 && code === 'precondition_failed') return { kind: 'done', output: 'refused' };
  if (status === 503 && CERTAINLY_NOT_DONE.has(code)) return { kind: 'not-done', why: code };
  if (status === 504 && code === 'outcome_unknown') return { kind: 'unknown', why: code };
  return wrong(answer);
}

function etagIn({ headers }: Answer): { readonly etag?: string } {
  return headers.etag === undefined ? {} : { etag: headers.etag };
}

function wrong({ status, headers, body }: Answer): Verdict {
  return { kind: 'wrong', why: `${status} ${JSON.stringify(headers)} ${body.slice(0, 300)}` };
}

function codeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { code?: unknown }).code);
  } catch {
    return '';
  }
}
