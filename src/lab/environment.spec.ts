import { describe, expect, it } from '@jest/globals';
import { serverEnvironment } from './environment.js';

const place = (port: number) => ({
  name: `lab-${port}`,
  host: '127.0.0.1',
  port,
  ringPort: port + 1_000,
});

describe('the environment of a server', () => {
  it('founds a ring without peers, whatever the caller has set', () => {
    const own = { PEER: 'elsewhere:1', DATA_DIR: '/data', PORT: '1', TLS_CERT: 'c.pem', TLS_KEY: 'k.pem' };
    const base = { ...own, READ_LEASE_MS: '700', AUTH_TOKEN: 'write', READ_TOKEN: 'read' };
    expect(serverEnvironment(base, place(8090), [])).toEqual({
      HOST: '127.0.0.1',
      PORT: '8090',
      RING_HOST: '127.0.0.1',
      RING_PORT: '9090',
      NAME: 'lab-8090',
      PRIORITY: '8090',
      LOG_FORMAT: 'json',
      READ_LEASE_MS: '700',
      AUTH_TOKEN: 'write',
      READ_TOKEN: 'read',
    });
  });

  it('names the ring addresses of all peers', () => {
    const environment = serverEnvironment({}, place(8088), [place(8090), place(8089)]);
    expect(environment['PEER']).toBe('127.0.0.1:9090,127.0.0.1:9089');
  });
});
