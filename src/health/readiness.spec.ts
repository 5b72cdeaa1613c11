import { expect, test } from '@jest/globals';

import type { Status } from '../replication/index.js';
import { whyNotReady } from './readiness.js';

const good = { phase: 'member', full: true, hasLease: true } as Status;

test.each([
  [{}, false, null],
  [{}, true, 'draining'],
  [{ phase: 'joining' }, false, 'joining'],
  [{ phase: 'left' }, false, 'left'],
  [{ full: false }, false, 'filling'],
  [{ hasLease: false }, false, 'no-lease'],
] as const)('%j, draining %j: %j', (change, isDraining, reason) => {
  expect(whyNotReady({ ...good, ...change }, isDraining)).toBe(reason);
});
