import { describe, expect, it } from '@jest/globals';

import { Config } from './environment.js';
import { loadConfig } from './load.js';
import { unavailableIn, UNAVAILABLE } from './unavailable.js';
import { variablesOf } from './variable.js';

/** The variables of the public contract. */
const CONTRACT = `
  HOST PORT RING_HOST RING_PORT ADVERTISE_URL ADVERTISE_RING NAME PRIORITY PEER RING MULTICAST_GROUP
  REPLICAS ROLE CAPACITY DATA_DIR FSYNC FILES_DIR FILES_WRITABLE MEMORY_LIMIT MAX_OBJECT_SIZE DRAIN_TIMEOUT PARTITION PROBE_INTERVAL_MS
  SUSPECT_AFTER_MS READ_LEASE_MS MAX_IN_FLIGHT MAX_CONNECTIONS RING_SECRET AUTH_TOKEN READ_TOKEN
  INSECURE TLS_CERT TLS_KEY CORS_ORIGINS RING_TLS_CERT RING_TLS_KEY RING_TLS_CA ISLANDS LOG_LEVEL LOG_FORMAT
`
  .trim()
  .split(/\s+/);

describe('what this version does not have', () => {
  it('is refused, each variable with its sentence', () => {
    const given = Object.fromEntries(Object.keys(UNAVAILABLE).map((name) => [name, 'x']));
    expect(unavailableIn(given).map(({ name }) => name)).toStrictEqual(Object.keys(UNAVAILABLE));
    expect(() => loadConfig({ RING_TLS_CERT: 'x' })).toThrow(
      'RING_TLS_CERT: given "x"; allowed: not to be set, as TLS on the ring is not available in this version',
    );
  });

  it('covers, with the variables that there are, the whole public contract', () => {
    const known = [...variablesOf(Config).map(({ name }) => name), ...Object.keys(UNAVAILABLE)];
    expect(known.toSorted()).toStrictEqual(CONTRACT.toSorted());
  });

  it('shows no key', () => {
    expect(() => loadConfig({ RING_TLS_KEY: 'sesame' })).toThrow('RING_TLS_KEY: given (hidden);');
  });
});
