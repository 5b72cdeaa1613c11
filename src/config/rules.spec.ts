import { describe, expect, it } from '@jest/globals';

import { loadConfig, type Environment } from './load.js';
import { ConfigError } from './mistake.js';

/** The names of the variables that a mistake was found in. */
function wrongIn(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((line) => line.split(':')[0] ?? line);
  }
}

describe('what is open to the network', () => {
  it('opens HTTP only with a token, or when told that this is insecure', () => {
    expect(wrongIn({ HOST: '10.0.0.7', AUTH_TOKEN: 't' })).toStrictEqual([]);
    expect(wrongIn({ HOST: '10.0.0.7', AUTH_TOKEN: '' })).toStrictEqual(['HOST']);
    expect(wrongIn({ HOST: '10.0.0.7' })).toStrictEqual(['HOST']);
    expect(wrongIn({ HOST: 'edge-1.lan', INSECURE: '0' })).toStrictEqual(['HOST']);
    expect(wrongIn({ HOST: '10.0.0.7', INSECURE: '1' })).toStrictEqual([]);
    expect(wrongIn({ HOST: '::1' })).toStrictEqual([]);
  });

  it('opens the ring only with a secret, insecure or not', () => {
    expect(wrongIn({ RING_HOST: '10.0.0.7', INSECURE: '1' })).toStrictEqual(['RING_HOST']);
    expect(wrongIn({ RING_HOST: '10.0.0.7', RING_SECRET: '' })).toStrictEqual(['RING_HOST']);
    expect(wrongIn({ RING_HOST: '10.0.0.7', RING_SECRET: 's' })).toStrictEqual([]);
  });
});

describe('the tokens', () => {
  it('for reading comes with one for writing, and is another', () => {
    expect(wrongIn({ READ_TOKEN: 'r' })).toStrictEqual(['READ_TOKEN']);
    expect(wrongIn({ READ_TOKEN: 't', AUTH_TOKEN: 't' })).toStrictEqual(['READ_TOKEN']);
    expect(wrongIn({ READ_TOKEN: 'r', AUTH_TOKEN: 't' })).toStrictEqual([]);
  });
});

describe('the role', () => {
  it.each([
    [{ ROLE: 'gateway' }, []],
    [{ ROLE: 'gateway', CAPACITY: '0' }, []],
    [{ ROLE: 'gateway', CAPACITY: '1GiB' }, ['CAPACITY']],
    [{ ROLE: 'storage', CAPACITY: '0' }, ['CAPACITY']],
    [{ ROLE: 'storage', CAPACITY: '1GiB' }, []],
    [{ CAPACITY: '0' }, []],
    [{ ROLE: 'primary' }, ['ROLE']],
  ])('agrees with the capacity: %j', (environment, wrong) => {
    expect(wrongIn(environment)).toStrictEqual(wrong);
  });
});

describe('the files of HTTPS', () => {
  it('are both given, or neither', () => {
    expect(wrongIn({ TLS_CERT: 'cert.pem' })).toStrictEqual(['TLS_KEY']);
    expect(wrongIn({ TLS_KEY: 'key.pem' })).toStrictEqual(['TLS_CERT']);
    expect(wrongIn({ TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' })).toStrictEqual([]);
  });
});

describe('what others are told', () => {
  it('has to be given when the server listens on every address', () => {
    const everywhere = { HOST: '0.0.0.0', RING_HOST: '::0', INSECURE: '1', RING_SECRET: 's' };
    expect(wrongIn(everywhere)).toStrictEqual(['ADVERTISE_URL', 'ADVERTISE_RING']);
    expect(wrongIn({ ...everywhere, ADVERTISE_URL: 'http://a:1', ADVERTISE_RING: 'a:2' })).toStrictEqual([]);
  });

  it('has to be named when the host is too long for a name', () => {
    const host = `${'a'.repeat(60)}.example`;
    expect(wrongIn({ HOST: host, INSECURE: '1' })).toStrictEqual(['NAME']);
    expect(wrongIn({ HOST: host, INSECURE: '1', NAME: 'edge-1' })).toStrictEqual([]);
    expect(wrongIn({ HOST: 'a'.repeat(59), INSECURE: '1', PORT: '5235' })).toStrictEqual([]);
    expect(wrongIn({ HOST: 'a'.repeat(59), INSECURE: '1', PORT: '0' })).toStrictEqual(['NAME']);
  });
});

describe('whom it joins', () => {
  it('is not only itself', () => {
    expect(wrongIn({ PEER: 'localhost:1233' })).toStrictEqual(['PEER']);
    expect(wrongIn({ RING_PORT: '7000', ADVERTISE_RING: 'a:2', PEER: 'a:2,127.0.0.1:7000' })).toStrictEqual([
      'PEER',
    ]);
    expect(wrongIn({ PEER: 'localhost:1233,localhost:1234' })).toStrictEqual([]);
    expect(wrongIn({ RING_PORT: '0', PEER: 'localhost:1233' })).toStrictEqual([]);
  });
});

describe('the two ports', () => {
  it('differ, unless the system chooses them or the addresses differ', () => {
    expect(wrongIn({ PORT: '1233' })).toStrictEqual(['RING_PORT']);
    expect(wrongIn({ PORT: '0', RING_PORT: '0' })).toStrictEqual([]);
    expect(wrongIn({ PORT: '1233', RING_HOST: '127.0.0.2' })).toStrictEqual([]);
    const everywhere = { HOST: '0.0.0.0', INSECURE: '1', ADVERTISE_URL: 'http://a:1' };
    expect(wrongIn({ ...everywhere, PORT: '1233' })).toStrictEqual(['RING_PORT']);
  });
});

describe('the times', () => {
  it('let a probe get lost within a lease', () => {
    expect(wrongIn({ PROBE_INTERVAL_MS: '300' })).toStrictEqual([]);
    expect(wrongIn({ PROBE_INTERVAL_MS: '301' })).toStrictEqual(['PROBE_INTERVAL_MS']);
  });

  it('end a lease before its holder is suspected, drift of clocks included', () => {
    expect(wrongIn({ SUSPECT_AFTER_MS: '1010', READ_LEASE_MS: '1000' })).toStrictEqual(['READ_LEASE_MS']);
    expect(wrongIn({ SUSPECT_AFTER_MS: '1011', READ_LEASE_MS: '1000' })).toStrictEqual([]);
  });

  it('say which value a variable has that is not set', () => {
    expect(() => loadConfig({ SUSPECT_AFTER_MS: '500' })).toThrow(
      'READ_LEASE_MS: not set, which means "600"; allowed: with 1 % added, less than SUSPECT_AFTER_MS',
    );
  });

  it('are not compared with a time that is wrong by itself', () => {
    expect(wrongIn({ SUSPECT_AFTER_MS: 'soon', READ_LEASE_MS: '5000' })).toStrictEqual(['SUSPECT_AFTER_MS']);
  });
});

describe('the primary part of a ring', () => {
  it('is known only to servers that keep on disk what they agreed to', () => {
    expect(wrongIn({ PARTITION: 'primary' })).toStrictEqual(['PARTITION']);
    expect(wrongIn({ PARTITION: 'primary', DATA_DIR: '/data' })).toStrictEqual([]);
    expect(wrongIn({ FSYNC: 'never' })).toStrictEqual([]);
  });
});
