/** What a server tells of itself to those that look for a ring. */
export interface Sighting {
  /** The name of its ring. */
  readonly ring: string;
  /** The id of that ring, which its founder made; 0 while it has none. */
  readonly ringId: number;
  /** Its present incarnation. */
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** Of its ring link. */
  readonly address: string;
  readonly priority: number;
  /** `seeking`: it has no ring. `returning`: it had one, and is not back yet. */
  readonly state: 'seeking' | 'returning' | 'member';
  readonly isPrimary: boolean;
  /** Its ring was never written to. */
  readonly isEmpty: boolean;
}

const MAX_ID = 2 ** 48;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const URL_OF_SERVER = /^https?:\/\/[^\s\p{Cc}]{1,290}$/u;
const RING_ADDRESS = /^[^\s\p{Cc}]{1,256}:\d{1,5}$/u;
const STATES: readonly unknown[] = ['seeking', 'returning', 'member'] satisfies Sighting['state'][];

const CHECKS: { readonly [Field in keyof Sighting]: (value: unknown) => boolean } = {
  ring: (value) => matches(value, NAME),
  ringId: isId,
  id: isId,
  name: (value) => matches(value, NAME),
  url: (value) => matches(value, URL_OF_SERVER) && URL.canParse(value as string),
  address: (value) => matches(value, RING_ADDRESS),
  priority: isId,
  state: (value) => STATES.includes(value),
  isPrimary: (value) => typeof value === 'boolean',
  isEmpty: (value) => typeof value === 'boolean',
};

/** Undefined when any part is missing or out of its bounds. */
export function readSighting(text: string): Sighting | undefined {
  const value = parse(text);
  if (value === undefined) return undefined;
  const fields = Object.keys(CHECKS) as (keyof Sighting)[];
  if (!fields.every((field) => CHECKS[field](value[field]))) return undefined;
  return Object.fromEntries(fields.map((field) => [field, value[field]])) as unknown as Sighting;
}

function parse(text: string): Record<keyof Sighting, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Sighting) : undefined;
  } catch {
    return undefined;
  }
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < MAX_ID;
}
