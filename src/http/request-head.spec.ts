import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';

import { RequestHeads } from './request-head.js';

const GET = { method: 'GET', url: '/a?b', httpVersion: '1.1', headers: { host: 'x' } };
type Head = Omit<Partial<typeof GET>, 'headers'> & { headers?: Record<string, string> };

const judge = (head: Head) => {
  const request = { ...GET, headers: { ...GET.headers }, ...head } as IncomingMessage;
  return { fault: new RequestHeads().faultOf(request), request };
};

describe('the host (RFC 9110, 7.2)', () => {
  test.each(['', 'a', 'a.b-c_d', 'a:', 'a:80', '127.0.0.1:80', '[::1]', '[::1]:80', '%C3%A4', 'xn--4ca'])(
    'may be %j',
    (host) => {
      expect(judge({ headers: { host } }).fault).toBeNull();
    },
  );

  test.each(['a b', 'a, b', 'a/b', 'a@b', 'a:b', '::1', '[::1', '[x]', 'http://a', 'a#', '\u00e4'])(
    'may not be %j',
    (host) => {
      const heads = new RequestHeads();
      const request = { ...GET, headers: { host } } as IncomingMessage;
      expect([heads.faultOf(request), heads.faultOf(request)]).toEqual(['bad_host', 'bad_host']);
    },
  );

  test('may be missing in HTTP/1.0 only', () => {
    expect(judge({ headers: {} }).fault).toBe('bad_host');
    expect(judge({ headers: {}, httpVersion: '1.0' }).fault).toBeNull();
  });
});

describe('the target (RFC 9112, 3.2)', () => {
  test.each([
    ['/a?b', '/a?b', 'x'],
    ['//a/b', '//a/b', 'x'],
    ['http://h/a?b', '/a?b', 'h'],
    ['HTTPS://h:1/a', '/a', 'h:1'],
    ['http://h', '/', 'h'],
    ['http://h?a', '/?a', 'h'],
    ['http://h/http://i/a', '/http://i/a', 'h'],
  ])('%s is %s at %s', (url, path, host) => {
    const { fault, request } = judge({ url });
    expect([fault, request.url, request.headers.host]).toEqual([null, path, host]);
  });

  test.each(['*', 'http:///a', 'http://u:p@h/a', 'http://h o/a', 'ftp://h/a', 'h:80', 'a'])(
    'may not be %s',
    (url) => {
      expect(judge({ url }).fault).toBe('bad_target');
    },
  );

  test('is a star for OPTIONS', () => {
    expect(judge({ url: '*', method: 'OPTIONS' }).fault).toBeNull();
  });
});

test.each([
  ['0.9', 'unknown_http_version'],
  ['1.0', null],
  ['1.1', null],
  ['2.0', 'unknown_http_version'],
])('HTTP/%s', (httpVersion, fault) => {
  expect(judge({ httpVersion }).fault).toBe(fault);
});

test('chunks came with HTTP/1.1 (RFC 9112, 6.1)', () => {
  const headers = { host: 'x', 'transfer-encoding': 'chunked' };
  expect(judge({ headers }).fault).toBeNull();
  expect(judge({ headers, httpVersion: '1.0' }).fault).toBe('bad_request');
});
