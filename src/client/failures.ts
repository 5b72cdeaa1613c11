import { type Attempt, type FailureKind, RingletError } from './error.js';
import type { Call } from './exchange.js';
import type { KnownServer } from './known-server.js';
import type { Told } from './problem.js';
import type { Tally } from './tally.js';

const SECOND_MS = 1000;
/** Refusals that are judged together with the Idempotency-Key: the write was not done by an earlier attempt either. */
const JUDGED: ReadonlySet<number> = new Set([404, 412]);
const UNKNOWN = 'it may have been done or not; the same call with the same idempotency key finds out';

/** The time is over. */
export function gaveUp(call: Call, deadlineMs: number, { attempts, isUnknown }: Tally): RingletError {
  const outcome = isUnknown ? 'unknown' : 'not-done';
  const answered = attempts.findLast(({ status }) => status !== null);
  const details = { status: answered?.status ?? null, outcome, attempts } as const;
  const told = tellAll(attempts);
  const more = isUnknown ? ` Of this ${call.method}: ${UNKNOWN}.` : '';
  if (answered === undefined) {
    const sentence = `No server can be reached (${told}): ${adviceOn(told)}.${more}`;
    return new RingletError('unreachable', 'unreachable', sentence, details);
  }
  const within = `within ${deadlineMs / SECOND_MS} s`;
  const sentence = `No server could do it ${within} (${told}): try again later, or give it more time.${more}`;
  return new RingletError('unavailable', 'unavailable', sentence, details);
}

/** A server has said no, and another would. */
export function refused(
  call: Call,
  { url }: KnownServer,
  { status, code, said }: Told,
  { attempts, isUnknown }: Tally,
): RingletError {
  const outcome = isUnknown && !JUDGED.has(status) ? 'unknown' : 'not-done';
  const more = outcome === 'unknown' ? ` An earlier attempt had no answer: ${UNKNOWN}.` : '';
  const sentence = `${url.host} refused ${call.method} ${call.path} (${status}): ${said}.${more}`;
  return new RingletError(kindOf(status), code, sentence, { status, outcome, attempts });
}

/** The request may have arrived, and must not be sent again. */
export function brokenOff(call: Call, { url }: KnownServer, why: string, { attempts }: Tally): RingletError {
  const sentence = `${url.host} was sent ${call.method} ${call.path} and gave no answer (${why}): see whether it was done before you ask again.`;
  return new RingletError('unreachable', 'unreachable', sentence, { outcome: 'unknown', attempts });
}

/** What was wrong with the body this time may not have been wrong with it before. */
export function unsure({ kind, code, message, details }: RingletError, { attempts }: Tally): RingletError {
  const sentence = `${message} An earlier attempt had no answer: ${UNKNOWN}.`;
  return new RingletError(kind, code, sentence, { ...details, outcome: 'unknown', attempts });
}

/** A stream has been read in vain. */
export function spent({ attempts, isUnknown }: Tally): RingletError {
  const sentence = `The body was a stream that can be read only once, and its server failed when some of it had left (${tellAll(attempts)}): give a function that opens it anew, and the call is repeated elsewhere.`;
  const outcome = isUnknown ? 'unknown' : 'not-done';
  return new RingletError('unavailable', 'body_not_replayable', sentence, { outcome, attempts });
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'not-found';
  if (status === 412) return 'precondition';
  if (status === 400 || status === 416 || status === 422) return 'usage';
  return status === 503 || status === 504 ? 'unavailable' : 'refused';
}

/** The last word of each server. */
function tellAll(attempts: readonly Attempt[]): string {
  const last = new Map(attempts.map(({ server, said }) => [server, said]));
  return [...last].map(([server, said]) => `${server}: ${said}`).join('; ') || 'none was asked';
}

function adviceOn(told: string): string {
  const isUntrusted = /CERT|SIGNED|ISSUER/.test(told);
  return isUntrusted
    ? 'trust its certificate by the option ca or NODE_EXTRA_CA_CERTS'
    : 'start one, or give the URL of one that runs';
}
