import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, test } from '@jest/globals';

import { Access } from './access.js';

const WRITE = 'w'.repeat(1024);
const READ = 'read';

type Sent = { readonly token?: string; readonly url?: string; readonly socket?: Socket };

function request(method: string, { token, url = '/objects/a', socket = new Socket() }: Sent = {}) {
  const authorization = token === undefined ? undefined : `Bearer ${token}`;
  return { method, url, socket, headers: { authorization } } as unknown as IncomingMessage;
}

const READS = ['GET', 'HEAD', 'OPTIONS'];
const WRITES = ['PUT', 'DELETE', 'POST', 'PATCH', 'TRACE', 'BREW'];

describe('without tokens', () => {
  const access = new Access({});
  test('everything is open', () => {
    expect(access.isOpen).toBe(true);
    for (const method of [...READS, ...WRITES]) expect(access.refusal(request(method))).toBeNull();
  });
});

describe('with AUTH_TOKEN alone', () => {
  const access = new Access({ authToken: WRITE });

  test('reading is open, whatever is sent', () => {
    expect(access.isOpen).toBe(false);
    for (const method of READS) {
      expect(access.refusal(request(method))).toBeNull();
      expect(access.refusal(request(method, { token: 'wrong' }))).toBeNull();
    }
  });

  test('every other method needs it', () => {
    for (const method of WRITES) {
      expect(access.refusal(request(method))).toBe('unauthorized');
      expect(access.refusal(request(method, { token: WRITE.slice(1) }))).toBe('unauthorized');
      expect(access.refusal(request(method, { token: `${WRITE}w` }))).toBe('unauthorized');
      expect(access.refusal(request(method, { token: WRITE }))).toBeNull();
    }
  });
});

describe('with both tokens', () => {
  const access = new Access({ authToken: WRITE, readToken: READ });

  test('reading needs one of them', () => {
    for (const method of READS) {
      expect(access.refusal(request(method))).toBe('unauthorized');
      expect(access.refusal(request(method, { token: 'wrong' }))).toBe('unauthorized');
      expect(access.refusal(request(method, { token: READ }))).toBeNull();
      expect(access.refusal(request(method, { token: WRITE }))).toBeNull();
    }
  });

  test('the one for reading does not allow to write', () => {
    for (const method of WRITES) {
      expect(access.refusal(request(method, { token: READ }))).toBe('read_only_token');
      expect(access.refusal(request(method, { token: WRITE }))).toBeNull();
    }
  });

  test('what a connection sent before decides nothing', () => {
    const socket = new Socket();
    const sent = [WRITE, READ, 'wrong', WRITE, undefined, READ];
    const refusals = sent.map((token) => access.refusal(request('PUT', { socket, ...(token && { token }) })));
    const [none, readOnly, unknown] = [null, 'read_only_token', 'unauthorized'];
    expect(refusals).toEqual([none, readOnly, unknown, none, unknown, readOnly]);
  });

  test.each([
    ['/health/live', null],
    ['/health/ready?x=1', null],
    ['/health', 'unauthorized'],
    ['/health/live/', 'unauthorized'],
    ['/health/live/../../ring', 'unauthorized'],
    ['/HEALTH/live', 'unauthorized'],
    ['//health/live', 'unauthorized'],
    ['http://x/health/live', 'unauthorized'],
    ['/ring', 'unauthorized'],
    ['/ring?/health/live', 'unauthorized'],
    ['/objects', 'unauthorized'],
    ['*', 'unauthorized'],
  ])('%s without one is %s', (url, refusal) => {
    expect(access.refusal(request('GET', { url }))).toBe(refusal);
  });
});
