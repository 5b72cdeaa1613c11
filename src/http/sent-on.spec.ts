import type { IncomingMessage } from 'node:http';

import { describe, expect, it } from '@jest/globals';

import { marked, maySendOn, unmark } from './sent-on.js';

const requestOf = (url: string) => ({ url, headers: { prefer: 'redirect' } }) as unknown as IncomingMessage;

describe('A request that is sent on', () => {
  it.each([
    ['/objects/k', '/objects/k?sent-on'],
    ['/bundles/b?missing=allowed', '/bundles/b?missing=allowed&sent-on'],
  ])('is told from a new one: %s', (target, expected) => {
    expect(marked(target)).toBe(expected);
    const request = requestOf(marked(target));
    unmark(request);
    expect([maySendOn(request), request.url]).toEqual([false, target]);
  });

  it.each([
    '/objects/k',
    '/objects/sent-on',
    '/objects/k?not-sent-on',
    '/objects/k?sent-on=1',
    '/objects/k&sent-on',
  ])('is none: %s', (target) => {
    const request = requestOf(target);
    unmark(request);
    expect([maySendOn(request), request.url]).toEqual([true, target]);
  });
});
