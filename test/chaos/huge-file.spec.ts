import { truncateSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { type Sharer, SharingRing } from '../support/rings/sharing-ring.js';
import { until } from '../support/rings/until.js';
import { timesOf } from '../support/traffic/index.js';

const GIB = 2 ** 30;
const HASHED_WITHIN_MS = 120_000;

/** To hash it takes as long as many rounds: it is done where more than one of each is played. */
(timesOf(1) > 1 ? describe : describe.skip)('a file of 5 GiB', () => {
  test('is shared, and parts of it are read, at its holder and elsewhere', async () => {
    const ring = new SharingRing(2, { MAX_OBJECT_SIZE: '8GiB', MEMORY_LIMIT: '64MiB' });
    const [other, holder] = ring.sharers as [Sharer, Sharer];
    try {
      holder.write('sparse', 'begins');
      truncateSync(holder.path('sparse'), 5 * GIB);
      await ring.start();
      const isListed = async () => (await other.list('&prefix=sparse'))[0]?.size === 5 * GIB;
      await until('it is listed', isListed, HASHED_WITHIN_MS);
      for (const sharer of [holder, other]) {
        const part = await sharer.get('sparse', { Range: `bytes=${5 * GIB - 3}-` });
        expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, Buffer.alloc(3)]);
        expect(part.headers.get('content-range')).toBe(`bytes ${5 * GIB - 3}-${5 * GIB - 1}/${5 * GIB}`);
        const first = await sharer.get('sparse', { Range: 'bytes=0-6' });
        expect(await first.text()).toBe('begins\0');
      }
    } finally {
      await ring.end();
    }
  });
});
