import type { IncomingMessage } from 'node:http';

import { isWeb } from './address.js';
import type { KnownServer } from './known-server.js';

export const MAX_REDIRECTS = 3;

/** Where an answer sends the same request on to. */
export function targetOf({ statusCode, headers }: IncomingMessage, { origin }: KnownServer): URL | null {
  const { location } = headers;
  if ((statusCode !== 307 && statusCode !== 308) || location === undefined) return null;
  if (!URL.canParse(location, origin)) return null;
  const target = new URL(location, origin);
  return isWeb(target) ? target : null;
}
