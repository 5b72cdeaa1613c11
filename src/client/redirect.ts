import type { IncomingMessage } from 'node:http';

import { isWeb } from './address.js';
import type { KnownServer } from './known-server.js';

export const MAX_REDIRECTS = 3;
const NOT_MODIFIED = 304;

/** Where an answer sends the same request on to. */
export function targetOf({ statusCode, headers }: IncomingMessage, { origin }: KnownServer): URL | null {
  const { location } = headers;
  if ((statusCode !== 307 && statusCode !== 308) || location === undefined) return null;
  if (!URL.canParse(location, origin)) return null;
  const target = new URL(location, origin);
  return isWeb(target) ? target : null;
}

/** Whether the one that sends on does so because it has enough to do itself, or is about to end. */
export function isBusyWord({ search }: URL): boolean {
  return /[?&]sent-on$/.test(search);
}

/** Of what is left when those were followed that may be: only "not modified" is an answer. */
export function isElsewhere(status: number): boolean {
  return status >= 300 && status < 400 && status !== NOT_MODIFIED;
}
