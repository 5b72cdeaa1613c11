import { errorKind, type ErrorCode } from './errors.js';

export const PROBLEM_TYPE = 'application/problem+json';
/** What a client waits before it tries a retryable request again. */
const RETRY_AFTER_SECONDS = '1';

export interface ProblemDetails {
  /** What is particular to this case, in a sentence. */
  readonly detail?: string;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  /** Extension members of the body (RFC 9457, 3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An operational error on its way to the client. It is no bug, so it has no stack. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ErrorCode,
    readonly details: ProblemDetails = {},
  ) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(details.detail ?? errorKind(code).title);
    Error.stackTraceLimit = limit;
  }
}

/** The body of the answer (RFC 9457). */
export function renderProblem(code: ErrorCode, { detail, members }: ProblemDetails = {}): string {
  const { status, retryable, title } = errorKind(code);
  return JSON.stringify({
    type: `urn:ringlet:problem:${code}`,
    title,
    status,
    detail,
    code,
    retryable,
    ...members,
  });
}

/** The headers of the answer, names and values in turn. A 504 is answered to people, not to retrying machines. */
export function problemHeaders(code: ErrorCode, body: string, details: ProblemDetails = {}): string[] {
  const headers = [
    'Content-Type',
    PROBLEM_TYPE,
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    ...(details.headers ?? []),
  ];
  if (errorKind(code).status === 503) headers.push('Retry-After', RETRY_AFTER_SECONDS);
  return headers;
}
