import type { Server } from '../replication/index.js';
import { faults } from './faults.js';

const MAX_ID = 2 ** 48 - 1;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const MAX_URL_CHARACTERS = 300;
const RING_ADDRESS = /^[^\s\p{Cc}]{1,256}:\d{1,5}$/u;

/** Settings on which the promises rest: a ring keeps them only when all its members have the same. */
export interface SharedSettings {
  readonly READ_LEASE_MS: number;
  readonly PARTITION: string;
}

/** A link is a connection for records and all else, and, once there is a large body to send, one for its pieces. */
export type Lane = 'records' | 'bulk';

/** Which connection of which link this is. The acceptor says the same as the dialer. */
export interface Connection {
  readonly lane: Lane;
  /** The dialer's number of the link, which it gives to no other. */
  readonly link: number;
}

export interface Introduction {
  readonly server: Server;
  readonly settings: SharedSettings;
  readonly connection: Connection;
}

/** How a server says who it is, inside of the proof that it knows the secret. */
export function encodeIntroduction({ server, settings, connection }: Introduction): Buffer {
  const { id, name, url, ring, priority, durable, capacity, serves, was } = server;
  const { READ_LEASE_MS, PARTITION } = settings;
  const { lane, link } = connection;
  const who = { id, name, url, ring, priority, durable, capacity, serves, was };
  return Buffer.from(JSON.stringify({ ...who, READ_LEASE_MS, PARTITION, lane, link }));
}

/** @throws LinkFault when any part is missing or out of its bounds */
export function decodeIntroduction(bytes: Buffer): Introduction {
  const parts = parse(bytes);
  const { id, name, url, ring, priority, durable, capacity, serves, was } = parts;
  const { READ_LEASE_MS, PARTITION, lane, link } = parts;
  if (!isId(id) || id === 0) throw faults.malformed('an introduction without an id');
  if (!isId(was) || typeof durable !== 'boolean') throw faults.malformed('an introduction without a past');
  if (typeof name !== 'string' || !NAME.test(name)) throw faults.malformed('an introduction without a name');
  if (!isUrl(url)) throw faults.malformed('an introduction without a URL');
  if (typeof ring !== 'string' || !RING_ADDRESS.test(ring)) {
    throw faults.malformed('an introduction without a ring address');
  }
  if (!isId(capacity) || typeof serves !== 'boolean')
    throw faults.malformed('an introduction without a role');
  if (!isWhole(priority)) throw faults.malformed('an introduction without a priority');
  if (!isWhole(READ_LEASE_MS) || typeof PARTITION !== 'string') {
    throw faults.malformed('an introduction without settings');
  }
  if (!isLane(lane) || !isWhole(link)) throw faults.malformed('an introduction without a link');
  return {
    server: { id, name, url, ring, priority, durable, capacity, serves, was },
    settings: { READ_LEASE_MS, PARTITION },
    connection: { lane, link },
  };
}

type Parts = Record<keyof Server | keyof SharedSettings | keyof Connection, unknown>;

function parse(bytes: Buffer): Parts {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Parts;
  } catch {
    // The same fault as for a text that is no object.
  }
  throw faults.malformed('an introduction that is no JSON object');
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isId(value: unknown): value is number {
  return isWhole(value) && value >= 0 && value <= MAX_ID;
}

function isLane(value: unknown): value is Lane {
  return value === 'records' || value === 'bulk';
}

function isUrl(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MAX_URL_CHARACTERS &&
    /^https?:\/\//.test(value) &&
    URL.canParse(value)
  );
}
