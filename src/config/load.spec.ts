import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { Config } from './environment.js';
import { loadConfig, type Environment } from './load.js';
import { ConfigError } from './mistake.js';
import { variablesOf } from './variable.js';

function mistakesOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe('loadConfig', () => {
  it('needs no variable at all', () => {
    expect(loadConfig({}, false)).toMatchObject({
      host: '127.0.0.1',
      port: 5235,
      ringHost: '127.0.0.1',
      ringPort: 1233,
      advertiseUrl: undefined,
      advertiseRing: undefined,
      name: undefined,
      priority: undefined,
      peers: [],
      multicastGroup: { address: '239.255.42.99', port: 5236 },
      ring: 'ringlet',
      partition: 'available',
      replicas: 0,
      probeIntervalMs: 200,
      suspectAfterMs: 1000,
      readLeaseMs: 600,
      islands: [],
      maxConnections: 10_000,
      ringSecret: undefined,
      authToken: undefined,
      readToken: undefined,
      insecure: false,
      tlsCert: undefined,
      tlsKey: undefined,
      corsOrigins: [],
      memoryLimitBytes: 2 ** 30,
      dataDirectory: undefined,
      filesDirectory: undefined,
      maxInFlight: 1024,
      drainTimeoutMs: 5000,
      filesWritable: false,
      fsync: 'always',
      maxObjectBytes: 2 ** 30,
      logLevel: 'info',
      logFormat: 'json',
    });
  });

  it('reads every variable', () => {
    const config = loadConfig({
      HOST: '::',
      PORT: '0',
      RING_HOST: '0.0.0.0',
      RING_PORT: '0',
      ADVERTISE_URL: 'http://edge-1.lan:8080/',
      ADVERTISE_RING: 'edge-1.lan:8081',
      NAME: 'edge-1',
      PRIORITY: '7',
      PEER: 'edge-2.lan:1233,[::1]:1233',
      MULTICAST_GROUP: '224.1.2.3:4',
      RING: 'lab',
      PARTITION: 'primary',
      REPLICAS: '3',
      ROLE: 'storage',
      CAPACITY: '2GiB',
      PROBE_INTERVAL_MS: '20',
      SUSPECT_AFTER_MS: '100',
      READ_LEASE_MS: '60',
      ISLANDS: 'https://token@north.lan,http://south.lan:1',
      MAX_CONNECTIONS: '5',
      RING_SECRET: 'open sesame',
      AUTH_TOKEN: 'write!~',
      READ_TOKEN: 'read',
      INSECURE: '1',
      TLS_CERT: 'a/cert.pem',
      TLS_KEY: '/b c/key.pem',
      CORS_ORIGINS: 'https://App.example:443, http://[::1]:3000',
      MEMORY_LIMIT: '64KiB',
      DATA_DIR: '/data dir',
      FILES_DIR: '/files',
      FILES_WRITABLE: '1',
      FSYNC: '2s',
      MAX_OBJECT_SIZE: '5MiB',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
    });

    expect({
      ...config,
      advertiseRing: String(config.advertiseRing),
      peers: [...config.peers].map(String),
    }).toStrictEqual({
      host: '::',
      port: 0,
      ringHost: '0.0.0.0',
      ringPort: 0,
      advertiseUrl: 'http://edge-1.lan:8080',
      advertiseRing: 'edge-1.lan:8081',
      name: 'edge-1',
      priority: 7,
      peers: ['edge-2.lan:1233', '[::1]:1233'],
      multicastGroup: { address: '224.1.2.3', port: 4 },
      ring: 'lab',
      partition: 'primary',
      replicas: 3,
      role: 'storage',
      capacityBytes: 2 ** 31,
      probeIntervalMs: 20,
      suspectAfterMs: 100,
      readLeaseMs: 60,
      islands: [
        { origin: 'https://north.lan', token: 'token' },
        { origin: 'http://south.lan:1', token: null },
      ],
      maxConnections: 5,
      ringSecret: 'open sesame',
      authToken: 'write!~',
      readToken: 'read',
      insecure: true,
      tlsCert: 'a/cert.pem',
      tlsKey: '/b c/key.pem',
      corsOrigins: ['https://app.example', 'http://[::1]:3000'],
      memoryLimitBytes: 65_536,
      dataDirectory: '/data dir',
      maxInFlight: 1024,
      drainTimeoutMs: 5000,
      filesDirectory: '/files',
      filesWritable: true,
      fsync: 2000,
      maxObjectBytes: 5 * 2 ** 20,
      logLevel: 'debug',
      logFormat: 'pretty',
    });
  });

  it.each(['multicast', 'Multicast'])('takes PEER=%s for the word', (text) => {
    expect(loadConfig({ PEER: text }).peers).toBe('multicast');
  });

  it('takes an empty value as not set, also where the variable is not available', () => {
    const names = [...variablesOf(Config).map(({ name }) => name), 'REPLICAS'];
    const environment = Object.fromEntries(names.map((name) => [name, '']));
    expect(loadConfig(environment)).toStrictEqual(loadConfig({}));
  });

  it('is pretty on a terminal and can be told otherwise', () => {
    expect(loadConfig({}, true).logFormat).toBe('pretty');
    expect(loadConfig({ LOG_FORMAT: 'json' }, true).logFormat).toBe('json');
  });

  it('is frozen, with all that it holds', () => {
    const config = loadConfig({ PEER: 'a:1', ADVERTISE_RING: 'b:2', CORS_ORIGINS: '*' });
    const parts = [config, config.peers, config.peers[0], config.advertiseRing, config.corsOrigins];
    parts.push(loadConfig({}).peers, loadConfig({}).corsOrigins);
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('ignores variables of other programs and leaves the environment as it is', () => {
    const environment = Object.freeze({ PATH: '/bin', host: 'example', toString: 'x', __proto__: 'y' });
    const before = { ...process.env };
    expect(loadConfig(environment)).toStrictEqual(loadConfig({}));
    expect({ ...process.env }).toStrictEqual(before);
  });

  it('shows no secret when it is logged', () => {
    const config = loadConfig({
      RING_SECRET: 'open sesame',
      AUTH_TOKEN: 'sesame-1',
      READ_TOKEN: 'sesame-2',
    });
    expect(config).toMatchObject({
      ringSecret: 'open sesame',
      authToken: 'sesame-1',
      readToken: 'sesame-2',
    });
    expect(`${inspect(config)} ${inspect({ config })} ${JSON.stringify(config)}`).not.toContain('sesame');
  });
});

describe('the mistakes', () => {
  it('are all told in one go, one line each', () => {
    expect(
      mistakesOf({
        HOST: 'a b',
        PORT: '70000',
        ADVERTISE_URL: 'http://user:password@edge',
        ADVERTISE_RING: '0.0.0.0:1233',
        NAME: 'a\nb',
        PEER: 'edge-2',
        PARTITION: 'maybe',
        REPLICAS: '0',
        INSECURE: 'yes',
        MEMORY_LIMIT: '1GB',
        LOG_LEVEL: 'log',
        READ_LEASE_MS: '2000',
        AUTH_TOKEN: 'open sesame',
        RING_TLS_CERT: 'x',
        DATA_DIR: 'a\nb',
        FSYNC: 'sometimes',
        CORS_ORIGINS: 'https://app.example/path',
      }),
    ).toStrictEqual([
      'HOST: given "a b"; allowed: a host name, or an IP address without a zone',
      'PORT: given "70000"; allowed: a whole number from 0 to 65535',
      'ADVERTISE_URL: given "http://(hidden)@edge"; allowed: http://host:port or https://host:port without a path, and not 0.0.0.0 or [::]',
      'ADVERTISE_RING: given "0.0.0.0:1233"; allowed: host:port with a port from 1 to 65535, and not 0.0.0.0 or [::]',
      String.raw`NAME: given "a\nb"; allowed: 1 to 64 characters, each a letter A-Z or a-z, a digit, ".", "_" or "-"`,
      'PEER: given "edge-2"; allowed: host:port with a port from 1 to 65535; several, at most 64, with commas between them; or multicast',
      'PARTITION: given "maybe"; allowed: available, primary',
      'REPLICAS: given "0"; allowed: all, or a whole number from 1 to 999999',
      'AUTH_TOKEN: given (hidden); allowed: 1 to 1024 visible ASCII characters, so no blanks',
      'INSECURE: given "yes"; allowed: 0 or 1',
      'CORS_ORIGINS: given "https://app.example/path"; allowed: http://host:port or https://host:port without a path; several, at most 64, with commas between them; or *',
      'MEMORY_LIMIT: given "1GB"; allowed: 1KiB to 16TiB, as bytes or as a whole number of KiB, MiB, GiB or TiB',
      String.raw`DATA_DIR: given "a\nb"; allowed: the path of a directory, 1 to 4096 characters without control characters`,
      'FSYNC: given "sometimes"; allowed: always, never, or 1ms to 10min, as a whole number of ms, s or min',
      'LOG_LEVEL: given "log"; allowed: fatal, error, warn, info, debug, verbose',
      'READ_LEASE_MS: given "2000"; allowed: with 1 % added, less than SUSPECT_AFTER_MS',
      'RING_TLS_CERT: given "x"; allowed: not to be set, as TLS on the ring is not available in this version',
    ]);
  });

  it('never show the ring secret', () => {
    const [line, ...others] = mistakesOf({ RING_SECRET: 'sesame'.repeat(200) });
    expect(line).toBe('RING_SECRET: given (hidden); allowed: 1 to 1024 characters');
    expect(others).toStrictEqual([]);
  });

  it('never show a key that was put in the place of its path', () => {
    const pem = '-----BEGIN PRIVATE KEY-----';
    for (const text of [pem, `${pem}\nsesame`]) {
      const [line] = mistakesOf({ TLS_KEY: text, TLS_CERT: 'cert.pem' });
      expect(line).toMatch(/^TLS_KEY: given \(hidden\); allowed: the path of a file, /);
    }
  });

  it.each([
    ['PROBE_INTERVAL_MS', '9'],
    ['PROBE_INTERVAL_MS', '60001'],
    ['SUSPECT_AFTER_MS', '600001'],
    ['READ_LEASE_MS', '0'],
    ['MAX_CONNECTIONS', '0'],
    ['MEMORY_LIMIT', '1023'],
    ['MEMORY_LIMIT', '17TiB'],
    ['MAX_OBJECT_SIZE', '1023'],
    ['MAX_OBJECT_SIZE', '1099511627777'],
    ['PRIORITY', '-1'],
    ['RING', 'a b'],
    ['NAME', 'a'.repeat(65)],
    ['RING_PORT', '65536'],
    ['LOG_FORMAT', 'xml'],
    ['FSYNC', '0ms'],
    ['FSYNC', '11min'],
    ['FSYNC', '50'],
    ['AUTH_TOKEN', 'a'.repeat(1025)],
    ['AUTH_TOKEN', 'é'],
    ['CORS_ORIGINS', 'https://a, *'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', Array.from({ length: 65 }, (_, index) => `https://a${index}`).join(',')],
    ['PEER', 'multicast,a:1'],
    ['MULTICAST_GROUP', '223.0.0.1:5236'],
    ['PEER', Array.from({ length: 65 }, (_, index) => `a:${index + 1}`).join(',')],
  ])('name a %s that is out of bounds', (name, text) => {
    const lines = mistakesOf({ [name]: text });
    expect(lines.map((line) => line.split(':')[0])).toStrictEqual([name]);
  });

  it('are the only way to fail, whatever the environment', () => {
    const names = variablesOf(Config).map(({ name }) => name);
    const environment = fc.dictionary(fc.constantFrom(...names), fc.string(), { noNullPrototype: true });
    fc.assert(
      fc.property(environment, (given) => {
        expect(mistakesOf(given).every((line) => /^[A-Z_]+: .+; allowed: .+$/.test(line))).toBe(true);
      }),
    );
  });
});
