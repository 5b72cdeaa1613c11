import { badQuery, queryOf, readQuery, refuseUnknown } from '../http/index.js';

const KNOWN = ['since', 'prefix'];
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
  const parameters = readQuery(queryOf(target));
  refuseUnknown(parameters, KNOWN);
  const { prefix = '', since: given = '' } = parameters;
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES)
    throw badQuery('prefix must not be longer than 1,024 bytes');
  const since = readRevision('since', given);
  return { prefix, since: readRevision('Last-Event-ID', lastEventId) ?? since };
}

function readRevision(name: string, text: string): number | null {
  if (text === '') return null;
  const revision = Number(text);
  if (REVISION.test(text) && Number.isSafeInteger(revision)) return revision;
  throw badQuery(`${name} must be a revision: the id of an event`);
}
