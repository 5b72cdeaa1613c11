import { beforeEach, describe, expect, test } from '@jest/globals';

import type { ObjectsService } from '../objects/index.js';
import type { LogRecord, Outcome } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import { BundlesService } from './bundles.service.js';
import { type PartBodies, PartGone } from './part-bodies.js';
import { MOST_STORED_BYTES } from './read-bundle.js';

const MEMBERS = [{ name: 'x' }];
const list = (...keys: string[]) => JSON.stringify({ parts: keys.map((key) => ({ key })) });

/** What is committed here, by key, with its body. */
let records: Map<string, LogRecord & { readonly text: string }>;
let barrier: Outcome;
/** Happens while a list is read, each once. */
let meanwhile: (() => void)[];
let service: BundlesService;

function commit(key: string, revision: number, text = ''): void {
  const more = {
    kind: 'put',
    of: 0,
    type: '',
    modified: 0,
    digest: 'd',
    holders: [],
    body: null,
    token: 't',
  };
  records.set(key, { ...more, key, revision, size: text.length, text } as unknown as LogRecord & {
    text: string;
  });
}

beforeEach(() => {
  records = new Map();
  barrier = { kind: 'current' };
  meanwhile = [];
  const bodies = {
    open: (key: string, version: number) => {
      const { revision, text } = records.get(key)!;
      meanwhile.shift()?.();
      if (revision !== version) return Promise.reject(new PartGone(key));
      return Promise.resolve([Buffer.from(text)]);
    },
  };
  const committed = (key: string) => records.get(key);
  const objects = { stale: committed, settle: () => Promise.resolve(barrier), holders: () => ['x'] };
  const ring = { committed, status: () => ({ watermark: 77, view: { members: MEMBERS } }) };
  service = new BundlesService(
    objects as unknown as ObjectsService,
    ring as unknown as RingService,
    bodies as unknown as PartBodies,
  );
});

describe('a bundle', () => {
  beforeEach(() => {
    commit('a', 1);
    commit('b', 2);
    commit('.bundles/n', 3, list('a'));
  });

  test('is resolved as of the moment when its list has been read', async () => {
    meanwhile = [() => commit('a', 4)];
    const { revision, parts } = (await service.resolve('n', {})).bundle;
    expect(revision).toBe(77);
    expect(parts).toMatchObject([{ key: 'a', revision: 4, holders: ['x'] }]);
  });

  test('whose list is written again while it is read is read again', async () => {
    meanwhile = [() => commit('.bundles/n', 5, list('b'))];
    expect((await service.resolve('n', {})).bundle.parts).toMatchObject([{ key: 'b' }]);
  });

  test('whose list is written again and again is given up', async () => {
    meanwhile = [5, 6, 7, 8].map((revision) => () => commit('.bundles/n', revision, list('b')));
    await expect(service.resolve('n', {})).rejects.toMatchObject({ code: 'read_no_holder' });
  });

  test('that is deleted while it is read is not there', async () => {
    meanwhile = [() => records.delete('.bundles/n')];
    await expect(service.resolve('n', {})).rejects.toMatchObject({ code: 'no_bundle' });
  });

  test('is not told of by a server that cannot vouch for it', async () => {
    barrier = { kind: 'unavailable', reason: 'no-lease' };
    await expect(service.resolve('n', {})).rejects.toMatchObject({ code: 'read_no_lease' });
    await expect(service.list('', undefined, 1)).rejects.toMatchObject({ code: 'read_no_lease' });
  });

  test('is known by the request that stored it last', () => {
    expect(service.wasPutBy('n', 't')).toBe(true);
    expect(service.wasPutBy('n', 'other')).toBe(false);
    expect(service.wasPutBy('none', 't')).toBe(false);
    commit('.bundles/n', 6, list('a'));
    expect(service.wasPutBy('n', '')).toBe(false);
  });
});

test('what is no list is no bundle, and a name has to leave room for its key', async () => {
  commit('.bundles/odd', 1, '{}');
  await expect(service.resolve('odd', {})).rejects.toMatchObject({ code: 'not_a_bundle' });
  commit('.bundles/large', 2, list('a').padEnd(MOST_STORED_BYTES + 1));
  await expect(service.resolve('large', {})).rejects.toMatchObject({ code: 'not_a_bundle' });
  await expect(service.resolve('x'.repeat(1016), {})).rejects.toMatchObject({ code: 'key_too_long' });
});
