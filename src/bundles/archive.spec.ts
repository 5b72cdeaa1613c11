import { describe, expect, jest, test } from '@jest/globals';

import { readTar } from '../../test/support/bundles/tar-reader.js';
import { Archive, MOST_AHEAD, MOST_AHEAD_BYTES, type Open } from './archive.js';
import { type Content, HELD_BODY_BYTES } from '../objects/index.js';
import { PartGone } from './part-bodies.js';
import type { ResolvedBundle, ResolvedPart } from './resolved.js';

const MODIFIED = new Date(0).toISOString();

function bundleOf(...sizes: readonly (number | null)[]): ResolvedBundle {
  const parts = sizes.map((size, at): ResolvedPart => {
    const told = { etag: `"${at}"`, type: 't', modified: MODIFIED, holders: [], island: null };
    return { key: `k${at}`, as: `k${at}`, quantity: 1, size, revision: at, missing: size === null, ...told };
  });
  return { name: 'n', revision: 1, etag: '"e"', modified: MODIFIED, parts, size: 0, missing: 0 };
}

/** Gives bodies of the announced sizes, and remembers what was asked for. */
class Bodies {
  readonly asked: string[] = [];

  constructor(private readonly sizes: readonly (number | null)[]) {}

  readonly open: Open = ({ key, revision }) => {
    this.asked.push(key);
    return Promise.resolve([Buffer.alloc(this.sizes[revision!]!, key)]);
  };
}

async function readAll(archive: Archive): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('it has the list and what is not missing, and as many bytes as it says', async () => {
  const sizes = [1, null, 0, 512, 2000];
  const archive = new Archive(bundleOf(...sizes), new Bodies(sizes).open);
  const bytes = await readAll(archive);
  expect(bytes).toHaveLength(archive.bytes);
  const [manifest, ...files] = readTar(bytes);
  expect(files.map(({ path, bytes: body }) => [path, body.length])).toEqual([
    ['k0', 1],
    ['k2', 0],
    ['k3', 512],
    ['k4', 2000],
  ]);
  const { parts } = JSON.parse(manifest!.bytes.toString()) as ResolvedBundle;
  expect(parts.map(({ missing }) => missing)).toEqual([false, true, false, false, false]);
  expect(parts[0]).not.toHaveProperty('holders');
  expect(parts[0]).not.toHaveProperty('island');
});

describe('bodies are asked for ahead of their turn', () => {
  test('a few of them', async () => {
    const sizes = Array.from({ length: 20 }, () => 1);
    const bodies = new Bodies(sizes);
    const chunks = new Archive(bundleOf(...sizes), bodies.open).chunks();
    await chunks.next();
    expect(bodies.asked).toHaveLength(1 + MOST_AHEAD);
    while (bodies.asked.length === 1 + MOST_AHEAD) await chunks.next();
    expect(bodies.asked).toHaveLength(2 + MOST_AHEAD);
  });

  test('as long as they are not too large together', async () => {
    const large = MOST_AHEAD_BYTES / 2;
    const bodies = new Bodies([large, large, large, 1]);
    const chunks = new Archive(bundleOf(large, large, large, 1), bodies.open).chunks();
    await chunks.next();
    expect(bodies.asked).toEqual(['k0', 'k1', 'k2']);
  });

  test('one that is larger than that when it is its turn', async () => {
    const large = MOST_AHEAD_BYTES + 1;
    const bodies = new Bodies([1, large]);
    const archive = new Archive(bundleOf(1, large), bodies.open);
    await archive.chunks().next();
    expect(bodies.asked).toEqual(['k0']);
    expect(await readAll(archive)).toHaveLength(archive.bytes);
  });
});

test('a long body of another island is not asked for before its turn, when nobody would take it', async () => {
  const sizes = [1, HELD_BODY_BYTES, HELD_BODY_BYTES + 1, 1];
  const bodies = new Bodies(sizes);
  const bundle = bundleOf(...sizes);
  const parts = bundle.parts.map((part) => ({ ...part, island: 'north' }));
  const chunks = new Archive({ ...bundle, parts }, bodies.open).chunks();
  await chunks.next();
  expect(bodies.asked).toEqual(['k0', 'k1']);
  while (bodies.asked.length === 2) await chunks.next();
  expect(bodies.asked).toEqual(['k0', 'k1', 'k2', 'k3']);
});

const withoutSecond: Open = ({ key }) =>
  key === 'k1' ? Promise.reject(new PartGone(key)) : Promise.resolve([Buffer.alloc(1)]);

test('what goes wrong ahead of its turn is told when it is its turn', async () => {
  const chunks = new Archive(bundleOf(1, 1), withoutSecond).chunks();
  const given: number[] = [];
  await expect(
    (async () => {
      for await (const chunk of chunks) given.push(chunk.length);
    })(),
  ).rejects.toThrow(PartGone);
  expect(given.length).toBeGreaterThan(3);
});

test('what goes wrong ahead of its turn ends no process when nobody reads on', async () => {
  const failing = Promise.reject<Content>(new PartGone('k1'));
  const handled = jest.spyOn(failing, 'catch');
  const open: Open = ({ key }) => (key === 'k1' ? failing : Promise.resolve([Buffer.alloc(1)]));
  await new Archive(bundleOf(1, 1), open).chunks().next();
  expect(handled).toHaveBeenCalled();
});
