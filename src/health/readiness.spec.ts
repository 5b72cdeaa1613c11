import { expect, test } from '@jest/globals';

import type { Status } from '../replication/index.js';
import { whyNotReady } from './readiness.js';

const good = { phase: 'member', full: true, hasLease: true } as Status;

test('what nobody has is not waited for', () => {
  expect(whyNotReady({ ...good, full: false }, { isAll: true }, false)).toBeNull();
  expect(whyNotReady({ ...good, full: false, hasLease: false }, { isAll: true }, false)).toBe('no-lease');
});

test.each([
  [{}, false, null],
  [{}, true, 'draining'],
  [{ phase: 'joining' }, false, 'joining'],
  [{ phase: 'left' }, false, 'left'],
  [{ full: false }, false, 'filling'],
  [{ hasLease: false }, false, 'no-lease'],
] as const)('%j, draining %j: %j', (change, isDraining, reason) => {
  expect(whyNotReady({ ...good, ...change }, { isAll: false }, isDraining)).toBe(reason);
});
