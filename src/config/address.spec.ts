import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import {
  Address,
  isLoopback,
  isUnspecified,
  parseAddress,
  parseAddresses,
  parseHost,
  parseOrigin,
  parseReachableAddress,
} from './address.js';

const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
const port = fc.integer({ min: 1, max: 65_535 });

describe('parseHost', () => {
  it.each([
    ['LOCALHOST', 'localhost'],
    ['cache_1', 'cache_1'],
    ['edge-1.lan', 'edge-1.lan'],
    ['10.0.0.7', '10.0.0.7'],
    ['[::1]', '::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::ffff:10.0.0.7', '::ffff:a00:7'],
  ])('reads %s as %s', (text, expected) => {
    expect(parseHost(text)).toBe(expected);
  });

  it.each([
    '',
    '256.1.1.1',
    '1.2.3',
    '-a',
    'a-',
    'a..b',
    'a b',
    'fe80::1%eth0',
    '[a]',
    'a:1',
    'http://a',
    'é',
    'a/b',
  ])('refuses %j', (text) => {
    expect(parseHost(text)).toBeUndefined();
  });

  it('has one spelling for a host', () => {
    fc.assert(
      fc.property(host, (text) => {
        const spelled = parseHost(text);
        expect(spelled).toBeDefined();
        expect(parseHost(spelled ?? '')).toBe(spelled);
      }),
    );
  });
});

describe('parseAddress', () => {
  it('reads what an address writes', () => {
    fc.assert(
      fc.property(host, port, (text, number) => {
        const address = new Address(parseHost(text) ?? '', number);
        expect(parseAddress(String(address))).toStrictEqual(address);
      }),
    );
  });

  it('makes a part of a URL that URL agrees with', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), port, (text, number) => {
        const address = new Address(parseHost(text) ?? '', number);
        expect(Number(new URL(`http://${address}`).port || 80)).toBe(number);
      }),
    );
  });

  it('answers an address or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parseAddress(text);
        expect(address === undefined || parseAddress(String(address)) !== undefined).toBe(true);
      }),
    );
  });

  it.each([
    '',
    ':1',
    'a',
    'a:',
    'a:0',
    'a:65536',
    'a:01',
    'a:b',
    '::1:1233',
    '[::1]',
    '[a]:1',
    'a:1:2',
    'http://a:1',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('parseAddresses', () => {
  it('reads several, with blanks around the commas', () => {
    expect(parseAddresses('a:1, [::1]:2 ,10.0.0.1:3')?.map(String)).toStrictEqual([
      'a:1',
      '[::1]:2',
      '10.0.0.1:3',
    ]);
  });

  it.each(['', ',', 'a:1,', 'a:1,,b:2', 'a:1;b:2', 'a:1,b'])('refuses %j', (text) => {
    expect(parseAddresses(text)).toBeUndefined();
  });
});

describe('parseOrigin', () => {
  it.each([
    ['http://edge-1.lan:5235', 'http://edge-1.lan:5235'],
    ['http://edge-1.lan/', 'http://edge-1.lan'],
    ['HTTPS://Edge:443', 'https://edge'],
    ['http://[::1]:80', 'http://[::1]'],
  ])('reads %s', (text, expected) => {
    expect(parseOrigin(text)).toBe(expected);
  });

  it.each([
    'edge:5235',
    'ftp://edge',
    'http://',
    'http:edge',
    'http://edge:0',
    'http://edge/path',
    'http://edge?x',
    'http://edge#x',
    'http://user:password@edge',
    'http://0.0.0.0:5235',
    'http://0:5235',
    'http://[::]:5235',
    'http://a b',
  ])('refuses %j', (text) => {
    expect(parseOrigin(text)).toBeUndefined();
  });
});

describe('addresses of special meaning', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    '%s is loopback',
    (text) => {
      expect(isLoopback(text)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '2001:db8::1',
  ])('%s is not loopback', (text) => {
    expect(isLoopback(text)).toBe(false);
  });

  it('knows every spelling of all addresses', () => {
    for (const text of ['0.0.0.0', '::', '::0', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0']) {
      expect([text, isUnspecified(parseHost(text) ?? text)]).toStrictEqual([text, true]);
    }
    expect(['127.0.0.1', '::1', 'localhost'].some(isUnspecified)).toBe(false);
    expect(parseReachableAddress('0.0.0.0:1')).toBeUndefined();
    expect(parseReachableAddress('[::]:1')).toBeUndefined();
  });
});
