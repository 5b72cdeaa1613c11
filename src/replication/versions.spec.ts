import { describe, expect, it } from '@jest/globals';
import { record } from './testing/fixtures.js';
import { Versions } from './versions.js';

describe('Versions that are not committed', () => {
  it('are the oldest, the newest and those in between, by key', () => {
    const versions = new Versions();
    for (const revision of [1, 2, 3]) versions.push(record(revision, { key: 'a' }));
    versions.push(record(4, { key: 'b' }));
    expect([versions.newest('a')!.revision, versions.newest('b')!.revision]).toEqual([3, 4]);
    versions.shift('a');
    versions.pop('a');
    expect([versions.find('a', 1), versions.find('a', 3)]).toEqual([undefined, undefined]);
    expect(versions.find('a', 2)!.revision).toBe(2);
    versions.shift('a');
    expect([versions.has('a'), versions.newest('a'), versions.has('b')]).toEqual([false, undefined, true]);
  });

  it('outlive that keys without one are forgotten', () => {
    const versions = new Versions();
    versions.push(record(1, { key: 'lasting' }));
    for (let revision = 2; revision < 20_000; revision++) {
      versions.push(record(revision, { key: `k${revision}` }));
      versions.shift(`k${revision}`);
    }
    expect([versions.newest('lasting')!.revision, versions.has('k2')]).toEqual([1, false]);
    const { versions: kept } = versions as unknown as { versions: Map<string, unknown> };
    expect(kept.size).toBeLessThan(5000);
    versions.shift('lasting');
    expect(versions.has('lasting')).toBe(false);
  });
});
