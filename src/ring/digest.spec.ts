import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { createDigest } from './digest.js';

describe('the digest of a body in pieces', () => {
  it('is that of the whole, in sixteen digits', () => {
    const body = Buffer.alloc(1_000, 'body');
    const digest = createDigest();
    for (let at = 0; at < body.length; at += 300) digest.update(body.subarray(at, at + 300));
    expect(digest.finish()).toBe(createHash('sha256').update(body).digest('hex').slice(0, 16));
  });
});
