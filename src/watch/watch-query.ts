import { Problem } from '../http/index.js';

const MAX_PREFIX_BYTES = 1024;
const REVISION = /^\d{1,16}$/;

/** What a client asks of `GET /events`. */
export interface WatchQuery {
  /** Changes of other keys are not told. */
  readonly prefix: string;
  /** The last revision that the client knows; null: it wants what happens from now on. */
  readonly since: number | null;
}

/**
 * `lastEventId` counts more than `since`: a browser that comes back sends both, and the parameter is as old as the page.
 *
 * @throws Problem
 */
export function readWatchQuery(target: string, lastEventId: string): WatchQuery {
  const parameters = readParameters(target);
  const prefix = parameters.get('prefix') ?? '';
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) throw bad('prefix must not be longer than 1,024 bytes');
  const since = readRevision('since', parameters.get('since') ?? '');
  return { prefix, since: readRevision('Last-Event-ID', lastEventId) ?? since };
}

function readRevision(name: string, text: string): number | null {
  if (text === '') return null;
  const revision = Number(text);
  if (REVISION.test(text) && Number.isSafeInteger(revision)) return revision;
  throw bad(`${name} must be a revision: the id of an event`);
}

/** Express's own reading is lenient; what is not percent-encoded UTF-8 is a mistake that the client should learn of. */
function readParameters(target: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const query = target.indexOf('?');
  const pairs = query < 0 ? [] : target.slice(query + 1).split('&');
  for (const pair of pairs) {
    const [name = '', ...value] = pair.split('=').map(decode);
    if (parameters.has(name)) throw bad(`${name} is given more than once`);
    if (name !== '') parameters.set(name, value.join('='));
  }
  return parameters;
}

/** Bytes above ASCII may stand in the target as they are, as they may in keys; node:http gives one character for each. */
function decode(text: string): string {
  const encoded = text.replaceAll('+', ' ').replaceAll(/[\u0080-\u00ff]/g, percent);
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw bad('the query is not percent-encoded UTF-8');
  }
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16)}`;
}

function bad(detail: string): Problem {
  return new Problem('bad_query', { detail });
}
