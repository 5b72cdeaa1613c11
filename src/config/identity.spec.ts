import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { isUnspecified } from './address.js';
import { resolveIdentity } from './identity.js';
import { loadConfig } from './load.js';

const ports = { port: 40_001, ringPort: 40_002 };
const everywhere = {
  HOST: '::',
  RING_HOST: '::',
  INSECURE: '1',
  RING_SECRET: 's',
  ADVERTISE_RING: '[2001:db8::7]:99',
};

describe('resolveIdentity', () => {
  it('takes the ports that the server really listens on', () => {
    expect(resolveIdentity(loadConfig({ PORT: '0', RING_PORT: '0' }), ports)).toStrictEqual({
      name: '127.0.0.1-40001',
      url: 'http://127.0.0.1:40001',
      ring: '127.0.0.1:40002',
      priority: 40_001,
    });
  });

  it('is https with a certificate', () => {
    const config = loadConfig({ TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' });
    expect(resolveIdentity(config, ports).url).toBe('https://127.0.0.1:40001');
  });

  it('leaves what is configured', () => {
    const given = {
      ADVERTISE_URL: 'https://edge.lan',
      ADVERTISE_RING: 'edge.lan:99',
      NAME: 'edge',
      PRIORITY: '0',
    };
    expect(resolveIdentity(loadConfig(given), ports)).toStrictEqual({
      name: 'edge',
      url: 'https://edge.lan',
      ring: 'edge.lan:99',
      priority: 0,
    });
  });

  it('puts IPv6 in brackets, and keeps colons out of the name', () => {
    expect(resolveIdentity(loadConfig({ HOST: '::1', RING_HOST: '::1' }), ports)).toMatchObject({
      name: '1-40001',
      url: 'http://[::1]:40001',
      ring: '[::1]:40002',
    });
  });

  it.each([
    ['http://edge-1.lan:8080', 'edge-1.lan-8080'],
    ['http://edge-1.lan', 'edge-1.lan-80'],
    ['https://[2001:db8::7]', '2001-db8-7-443'],
  ])('is named after %s when it listens on every address', (url, name) => {
    const identity = resolveIdentity(loadConfig({ ...everywhere, ADVERTISE_URL: url }), ports);
    expect(identity).toMatchObject({ name, url, ring: '[2001:db8::7]:99' });
  });

  it('is named after its own address when it listens on one', () => {
    expect(resolveIdentity(loadConfig({ ADVERTISE_URL: 'http://proxy:80' }), ports).name).toBe(
      '127.0.0.1-40001',
    );
  });

  it('has a name that NAME would accept, and a URL that is one, at whatever address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), (host) => {
        fc.pre(host.length < 50 && !isUnspecified(host));
        const { name, url } = resolveIdentity(
          { ...loadConfig({ HOST: host, INSECURE: '1', NAME: 'x' }), name: undefined },
          ports,
        );
        expect(loadConfig({ NAME: name }).name).toBe(name);
        expect(loadConfig({ ADVERTISE_URL: url }).advertiseUrl).toBe(url);
      }),
    );
  });
});
