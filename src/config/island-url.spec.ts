import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';

import { parseIslands } from './island-url.js';
import { loadConfig } from './load.js';

describe('parseIslands', () => {
  it('reads URLs with and without a token', () => {
    expect(parseIslands('http://a:1, https://s%40sam+e@B.lan:443,http://[::1]:5235/')).toStrictEqual([
      { origin: 'http://a:1', token: null },
      { origin: 'https://b.lan', token: 's@sam+e' },
      { origin: 'http://[::1]:5235', token: null },
    ]);
  });

  it.each([
    '',
    'a:1',
    'http://a/path',
    'http://a?x',
    'http://@a',
    'http://user:token@a',
    'http://%00@a',
    'http://%zz@a',
    'http://x@y@a',
    'http://0.0.0.0:1',
    'http://a,',
    'http://a:1,http://A:1',
  ])('refuses %j', (text) => {
    expect(parseIslands(text)).toBeUndefined();
  });
});

describe('ISLANDS', () => {
  it('shows no token, neither when it is right nor when it is wrong', () => {
    const config = loadConfig({ ISLANDS: 'http://sesame@a:1' });
    expect(config.islands).toStrictEqual([{ origin: 'http://a:1', token: 'sesame' }]);
    expect(inspect(config) + JSON.stringify(config)).not.toContain('sesame');
    expect(() => loadConfig({ ISLANDS: 'http://sesame@a/b' })).toThrow('ISLANDS: given (hidden); allowed:');
  });
});
