import { type Address, isLoopback, isUnspecified } from './address.js';
import { MULTICAST } from './choices.js';
import type { Config } from './environment.js';
import { nameOf } from './identity.js';
import type { Mistake } from './mistake.js';

/** A rule over several fields. It is asked only when each field that it reads is right by itself. */
export interface Rule {
  readonly reads: readonly (keyof Config & string)[];
  /** The variable that the mistake names. */
  readonly name: string;
  readonly holds: (config: Config) => boolean;
  readonly allowed: string;
}

const MAX_NAME_CHARACTERS = 64;
const LONGEST_PORT = 65_535;

/** The 1 % by which two clocks may drift apart over a lease; in whole numbers, so that no rounding decides. */
const leaseEndsBeforeSuspicion = ({ readLeaseMs, suspectAfterMs }: Config) =>
  readLeaseMs * 101 < suspectAfterMs * 100;

/** Whether this is the address of the server's own ring link. */
function isOwn({ ringHost, ringPort, advertiseRing }: Config, peer: Address): boolean {
  if (String(peer) === String(advertiseRing)) return true;
  const isHere = peer.host === ringHost || (isLoopback(peer.host) && isLoopback(ringHost));
  return isHere && peer.port === ringPort;
}

export const RULES: readonly Rule[] = [
  {
    reads: ['host', 'insecure', 'authToken'],
    name: 'HOST',
    holds: ({ host, insecure, authToken }) => insecure || authToken !== undefined || isLoopback(host),
    allowed: 'a loopback address such as 127.0.0.1, or any address together with AUTH_TOKEN or INSECURE=1',
  },
  {
    reads: ['authToken', 'readToken'],
    name: 'READ_TOKEN',
    holds: ({ authToken, readToken }) => readToken === undefined || authToken !== undefined,
    allowed: 'a token together with AUTH_TOKEN, without which everybody may write',
  },
  {
    reads: ['authToken', 'readToken'],
    name: 'READ_TOKEN',
    holds: ({ authToken, readToken }) => readToken === undefined || authToken !== readToken,
    allowed: 'a token other than AUTH_TOKEN, as whoever reads could write with it',
  },
  {
    reads: ['role', 'capacityBytes'],
    name: 'CAPACITY',
    holds: ({ role, capacityBytes }) => role !== 'gateway' || (capacityBytes ?? 0) === 0,
    allowed: '0 or not set together with ROLE=gateway, which keeps no bodies',
  },
  {
    reads: ['role', 'capacityBytes'],
    name: 'CAPACITY',
    holds: ({ role, capacityBytes }) => role !== 'storage' || capacityBytes !== 0,
    allowed: 'more than 0 or not set together with ROLE=storage, which is there to keep bodies',
  },
  {
    reads: ['tlsCert', 'tlsKey'],
    name: 'TLS_CERT',
    holds: ({ tlsCert, tlsKey }) => tlsCert !== undefined || tlsKey === undefined,
    allowed: 'the path of the certificate of TLS_KEY, or neither of the two',
  },
  {
    reads: ['tlsCert', 'tlsKey'],
    name: 'TLS_KEY',
    holds: ({ tlsCert, tlsKey }) => tlsKey !== undefined || tlsCert === undefined,
    allowed: 'the path of the key of TLS_CERT, or neither of the two',
  },
  {
    reads: ['ringHost', 'ringSecret'],
    name: 'RING_HOST',
    holds: ({ ringHost, ringSecret }) => ringSecret !== undefined || isLoopback(ringHost),
    allowed: 'a loopback address such as 127.0.0.1, or any address together with RING_SECRET',
  },
  {
    reads: ['host', 'advertiseUrl'],
    name: 'ADVERTISE_URL',
    holds: ({ host, advertiseUrl }) => advertiseUrl !== undefined || !isUnspecified(host),
    allowed: 'a URL by which others reach this server, as HOST stands for every address of the machine',
  },
  {
    reads: ['ringHost', 'advertiseRing'],
    name: 'ADVERTISE_RING',
    holds: ({ ringHost, advertiseRing }) => advertiseRing !== undefined || !isUnspecified(ringHost),
    allowed:
      'host:port by which others reach this server, as RING_HOST stands for every address of the machine',
  },
  {
    reads: ['host', 'port', 'ringHost', 'ringPort'],
    name: 'RING_PORT',
    holds: (config) => !sharesListener(config),
    allowed: 'a port other than PORT, or 0 for any free one',
  },
  {
    reads: ['peers', 'ringHost', 'ringPort', 'advertiseRing'],
    name: 'PEER',
    holds: (config) => {
      const { peers } = config;
      return peers === MULTICAST || peers.length === 0 || !peers.every((peer) => isOwn(config, peer));
    },
    allowed: 'the ring address of another server, or multicast, or nothing to found a ring',
  },
  {
    reads: ['name', 'host', 'port', 'advertiseUrl'],
    name: 'NAME',
    holds: (config) => nameOf(config, config.port || LONGEST_PORT).length <= MAX_NAME_CHARACTERS,
    allowed: `1 to ${MAX_NAME_CHARACTERS} characters, as the host is too long to make a name of`,
  },
  {
    reads: ['partition', 'dataDirectory'],
    name: 'PARTITION',
    holds: ({ partition, dataDirectory }) => partition !== 'primary' || dataDirectory !== undefined,
    allowed:
      'available, or primary together with DATA_DIR, without which a restart forgets what was agreed to',
  },
  {
    reads: ['probeIntervalMs', 'readLeaseMs'],
    name: 'PROBE_INTERVAL_MS',
    holds: ({ probeIntervalMs, readLeaseMs }) => probeIntervalMs * 2 <= readLeaseMs,
    allowed: 'at most half of READ_LEASE_MS',
  },
  {
    reads: ['readLeaseMs', 'suspectAfterMs'],
    name: 'READ_LEASE_MS',
    holds: leaseEndsBeforeSuspicion,
    allowed: 'with 1 % added, less than SUSPECT_AFTER_MS',
  },
];

/** The mistakes that only several fields together show. `wrong` holds the fields that are wrong by themselves. */
export function brokenRules(config: Config, wrong: ReadonlySet<string>): Mistake[] {
  return RULES.filter(({ reads, holds }) => !reads.some((field) => wrong.has(field)) && !holds(config));
}

function sharesListener({ host, port, ringHost, ringPort }: Config): boolean {
  const overlap = host === ringHost || isUnspecified(host) || isUnspecified(ringHost);
  return overlap && port !== 0 && port === ringPort;
}
