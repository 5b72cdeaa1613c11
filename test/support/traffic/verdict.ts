import type { Input, Output } from '../linearizability/index.js';
import type { Reply } from '../processes/index.js';
import { valueOf } from './values.js';

/** What a reply says of the request. */
export type Verdict =
  | { readonly kind: 'done'; readonly output: Output; readonly etag?: string }
  /** Certainly nothing was done, or nothing was read. */
  | { readonly kind: 'not-done'; readonly why: string }
  /** It may have been done, may still be, or never. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** Done or read outside of what the ring promises, and marked as that: provisional, or stale where the client allows it. */
  | { readonly kind: 'marked'; readonly why: string }
  /** No server should ever answer so. */
  | { readonly kind: 'wrong'; readonly why: string };

type Answer = Extract<Reply, { kind: 'answer' }>;

/** Codes that promise that the write was not done and will not be. */
const CERTAINLY_NOT_DONE = new Set(['overloaded', 'no_quorum', 'leaving', 'not_a_member', 'write_timeout']);
const NOT_READABLE = new Set(['read_no_lease', 'read_no_holder', 'read_timeout', 'not_a_member']);

/** `allowsStale`: the client asked with `max-stale`. */
export function judge(input: Input, reply: Reply, allowsStale = false): Verdict {
  switch (reply.kind) {
    case 'unsent':
      return { kind: 'not-done', why: 'connection refused' };
    case 'lost':
      return { kind: input.kind === 'get' ? 'not-done' : 'unknown', why: reply.why };
    case 'answer':
      return (
        markOf(reply, allowsStale) ?? (input.kind === 'get' ? judgeRead(reply) : judgeWrite(input, reply))
      );
  }
}

function markOf(answer: Answer, allowsStale: boolean): Verdict | undefined {
  const { status, headers } = answer;
  const { 'ringlet-view': view, 'ringlet-stale': stale } = headers;
  if (stale !== undefined) return allowsStale ? { kind: 'marked', why: 'stale' } : wrong(answer);
  if (view === undefined || status >= 500) return undefined;
  return { kind: 'marked', why: String(view) };
}

function judgeRead(answer: Answer): Verdict {
  const { status, body } = answer;
  if (status === 200) return { kind: 'done', output: { value: valueOf(body) }, ...etagIn(answer) };
  const code = codeOf(body);
  if (status === 404 && code === 'no_object') return { kind: 'done', output: 'absent' };
  if (status === 503 && NOT_READABLE.has(code)) return { kind: 'not-done', why: code };
  return wrong(answer);
}

function judgeWrite(input: Input, answer: Answer): Verdict {
  const { status, body } = answer;
  const isPut = input.kind !== 'delete';
  if (status === 204 || (status === 201 && isPut)) {
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
