import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { describe, expect, test } from '@jest/globals';

import { Cors } from './cors.js';

const APP = 'https://app.example';
const ASKED = { 'access-control-request-method': 'PUT' };

const question = (headers: IncomingHttpHeaders, method = 'OPTIONS') =>
  ({ method, headers }) as IncomingMessage;

function named(headers: readonly string[] | null): Record<string, string> | null {
  if (headers === null) return null;
  const pairs = headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]!]] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}

describe('without origins', () => {
  test('nothing is added and nothing answered', () => {
    const cors = new Cors([]);
    expect(cors.isOff).toBe(true);
    expect([cors.common, cors.own({ origin: APP })]).toEqual([[], []]);
    expect(cors.preflight(question({ origin: APP, ...ASKED }))).toBeNull();
  });
});

describe('with a list of origins', () => {
  const cors = new Cors([APP, 'http://localhost:3000']);

  test('every answer varies by origin', () => {
    expect(cors.isOff).toBe(false);
    expect(cors.common).toEqual(['Vary', 'Origin']);
  });

  test('only a listed one is allowed', () => {
    expect(named(cors.own({ origin: APP }))).toMatchObject({ 'Access-Control-Allow-Origin': APP });
    const others = [undefined, 'null', '*', 'http://app.example', `${APP}:8443`, `${APP}.evil.example`];
    for (const origin of others) {
      expect(cors.own({ origin })).toEqual([]);
      expect(cors.preflight(question({ origin, ...ASKED }))).toBeNull();
    }
  });
});

test('with the star every answer allows every origin', () => {
  const cors = new Cors(['*']);
  expect(named(cors.common)).toEqual({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': expect.stringContaining('ETag'),
  });
  expect(cors.own({ origin: 'null' })).toEqual([]);
  expect(cors.preflight(question({ origin: 'null', ...ASKED }))).not.toBeNull();
});

describe.each([['*'], [APP]])('a preflight, with %s', (origins) => {
  const cors = new Cors([origins]);

  test('is answered with the methods, the headers asked for, and how long it holds', () => {
    const headers = { origin: APP, ...ASKED, 'access-control-request-headers': 'authorization,x-ttl' };
    expect(named(cors.preflight(question(headers)))).toEqual({
      'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE',
      'Access-Control-Allow-Headers': 'authorization,x-ttl',
      'Access-Control-Max-Age': '600',
    });
    const plain = named(cors.preflight(question({ origin: APP, ...ASKED })));
    expect(plain).not.toHaveProperty('Access-Control-Allow-Headers');
  });

  test('is nothing else', () => {
    expect(cors.preflight(question({ origin: APP }))).toBeNull();
    expect(cors.preflight(question(ASKED))).toBeNull();
    expect(cors.preflight(question({ origin: APP, ...ASKED }, 'GET'))).toBeNull();
  });

  test('never allows credentials', () => {
    const answers = [
      cors.common,
      cors.own({ origin: APP }),
      cors.preflight(question({ origin: APP, ...ASKED })),
    ];
    expect(answers.flat().join()).not.toMatch(/credentials/i);
  });
});
