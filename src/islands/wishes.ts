import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

import type { Island } from './register.js';

/** What a client may wish of a read, and is the island's to fulfil. */
const WISHES = ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'If-Range', 'Range'];

/** Where an answer comes from. */
export function labelOf({ name }: Pick<Island, 'name'>): string[] {
  return ['Ringlet-Island', name];
}

/** What a client wishes of a read, for the island to fulfil. */
export function wishesOf(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const wishes = WISHES.map((name) => [name, headers[name.toLowerCase()]]);
  return Object.fromEntries(wishes.filter(([, value]) => value !== undefined)) as OutgoingHttpHeaders;
}
