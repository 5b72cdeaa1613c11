import { parseOrigin } from '../config/index.js';

export interface SeenMember {
  readonly name: string;
  readonly url: string;
  readonly state: 'up' | 'filling' | 'suspected';
}

/** What a server says of its ring. */
export interface Sighting {
  /** Of the ring, made by its founder. */
  readonly id: string;
  /** Of the ring. */
  readonly name: string;
  readonly members: readonly SeenMember[];
}

/** Of a larger ring these are enough. */
const MOST_MEMBERS = 256;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const ID = /^[0-9a-f]{12}$/;
const STATES: readonly unknown[] = ['up', 'filling', 'suspected'];

/**
 * Reads the answer to `GET /ring`. Whoever gave it is not trusted: what is taken is checked, and nothing else is.
 *
 * @throws Error with a sentence of why this is no member of an island
 */
export function readSighting(text: string): Sighting {
  const { ring, ringId, state, members } = parse(text);
  if (!isName(ring) || !Array.isArray(members)) throw noRing();
  if (state === 'leaving') throw new Error('it is leaving its ring');
  if (state !== 'member' || typeof ringId !== 'string' || !ID.test(ringId))
    throw new Error('it is no member of its ring, or does not say of which');
  return { id: ringId, name: ring, members: members.slice(0, MOST_MEMBERS).flatMap(readMember) };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw noRing();
}

function noRing(): Error {
  return new Error('what answers is no server of a ring');
}

/** One that cannot be read is left out. */
function readMember(value: unknown): SeenMember[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, url, state } = value as Record<string, unknown>;
  const origin = typeof url === 'string' ? parseOrigin(url) : undefined;
  if (!isName(name) || origin === undefined || !STATES.includes(state)) return [];
  return [{ name, url: origin, state: state as SeenMember['state'] }];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
