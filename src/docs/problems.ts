import { errorKind, type ErrorCode, ERRORS, PROBLEM_TYPE } from '../http/index.js';
import { type Responses, text } from './terms.js';

type Refusal = Exclude<NonNullable<Responses[string]>, { $ref: string }>;

/** What any call may meet, whatever it asks for. */
const ANYWHERE: readonly ErrorCode[] = ['bad_request', 'request_timeout', 'headers_too_large', 'internal'];
/** What is refused before a path is looked at; the description of the whole has them. */
const ANY_PATH: readonly ErrorCode[] = [
  'bad_host',
  'bad_target',
  'unknown_http_version',
  'no_resource',
  'method_not_allowed',
  'expectation_failed',
  'not_serving',
];

/** The body of every refusal (RFC 9457). */
export const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'retryable'],
  properties: {
    type: { type: 'string', description: '`urn:ringlet:problem:` and the code.' },
    title: { type: 'string', description: 'What the code means.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is particular to this case.' },
    code: { type: 'string', enum: Object.keys(ERRORS), description: 'Stable; for programs.' },
    retryable: {
      type: 'boolean',
      description: 'Whether the same request may succeed later, and does no harm when it is sent again.',
    },
  },
};

/** The refusals of a call, by status, with what the registry says of each code. */
export function problems(...codes: readonly ErrorCode[]): Responses {
  return refusalsOnly(...codes, ...ANYWHERE);
}

/** The same without those that any call may meet. */
export function refusalsOnly(...codes: readonly ErrorCode[]): Record<string, Refusal> {
  const responses: Record<string, Refusal> = {};
  for (const [status, same] of byStatus(codes)) responses[status] = refusal(status, same);
  return responses;
}

/** In words, for the description of the whole. */
export function problemsAnywhere(): string {
  return ANY_PATH.map((code) => `- ${errorKind(code).status} ${sentence(code)}`).join('\n');
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const found = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = errorKind(code);
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}

function refusal(status: number, codes: readonly ErrorCode[]): Refusal {
  const schema = { $ref: '#/components/schemas/Problem' };
  return {
    description: codes.map((code) => `- ${sentence(code)}`).join('\n'),
    ...(status === 503 && { headers: { 'Retry-After': text('Seconds to wait.') } }),
    ...(status === 401 && { headers: { 'WWW-Authenticate': text('`Bearer` and `Basic`.') } }),
    ...(status === 416 && { headers: { 'Content-Range': text('The size of the object.') } }),
    content: { [PROBLEM_TYPE]: { schema } },
  };
}

function sentence(code: ErrorCode): string {
  return `\`${code}\`: ${errorKind(code).title}`;
}
