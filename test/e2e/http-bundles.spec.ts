import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { bundleAt, problemOf, putBundle, TAR } from '../support/bundles/bundle-calls.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

let ring: TestRing;
const urlOf = (path: string, at = 0) => `${ring.urls[at]}${path}`;
const put = (key: string, body: string, at = 0) =>
  fetch(urlOf(`/objects/${key}`, at), { method: 'PUT', body });

beforeAll(async () => {
  ring = await startRing(3, { environment: { REPLICAS: '1' } });
  for (const at of [0, 1, 2]) await put(`pieces/${at}`, `piece ${at}`, at);
});
afterAll(() => ring.stop());

const PARTS = [{ key: 'pieces/2', quantity: 4 }, { key: 'pieces/0', as: 'base' }, { key: 'pieces/1' }];

describe('a bundle of parts on three servers', () => {
  beforeAll(async () => {
    await putBundle(urlOf('/bundles/sets/car'), PARTS);
  });

  test.each([0, 1, 2])('is answered by server %i with where each part is', async (at) => {
    const names = ring.servers.map(({ identity }) => identity.name);
    const bundle = await bundleAt(urlOf('/bundles/sets/car', at));
    expect(bundle).toMatchObject({ name: 'sets/car', size: 21, missing: 0 });
    expect(bundle.parts).toMatchObject([
      { key: 'pieces/2', as: 'pieces/2', quantity: 4, size: 7, holders: [names[2]], missing: false },
      { key: 'pieces/0', as: 'base', quantity: 1, holders: [names[0]] },
      { key: 'pieces/1', as: 'pieces/1', quantity: 1, holders: [names[1]] },
    ]);
    const { objects } = (await (await fetch(urlOf('/objects?prefix=pieces/', at))).json()) as {
      objects: { key: string; etag: string; revision: number }[];
    };
    for (const { key, etag, revision } of objects)
      expect(bundle.parts.find((part) => part.key === key)).toMatchObject({ etag, revision });
    expect(bundle.revision).toBeGreaterThanOrEqual(Math.max(...objects.map(({ revision }) => revision)));
  });

  test('has one tag everywhere, which changes with any of its parts', async () => {
    const tagsNow = () =>
      Promise.all(
        [0, 1, 2].map(async (at) => (await fetch(urlOf('/bundles/sets/car', at))).headers.get('etag')),
      );
    const before = await tagsNow();
    expect(new Set(before).size).toBe(1);
    expect(before[0]).toMatch(/^W\/"[0-9a-f]{32}"$/);
    const same = { 'If-None-Match': before[0]! };
    expect((await fetch(urlOf('/bundles/sets/car', 1), { headers: same })).status).toBe(304);
    await put('pieces/1', 'piece 1', 1);
    expect((await fetch(urlOf('/bundles/sets/car', 1), { headers: same })).status).toBe(200);
    expect((await tagsNow())[2]).not.toBe(before[2]);
  });

  test('is an object, which is seen as such', async () => {
    const object = await fetch(urlOf('/objects/.bundles/sets/car', 2));
    expect(object.headers.get('content-type')).toBe('application/vnd.ringlet.bundle+json');
    expect(object.headers.get('etag')).toBe((await bundleAt(urlOf('/bundles/sets/car'))).etag);
    expect(object.headers.get('ringlet-holders')).toBeNull();
  });

  test('answers HEAD as GET', async () => {
    for (const headers of [{}, TAR]) {
      const [got, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => fetch(urlOf('/bundles/sets/car'), { method, headers })),
      );
      expect(head!.status).toBe(200);
      for (const name of ['content-type', 'content-length', 'etag', 'vary', 'ringlet-server'])
        expect(head!.headers.get(name)).toBe(got!.headers.get(name));
      expect(Number(head!.headers.get('content-length'))).toBe((await got!.arrayBuffer()).byteLength);
    }
  });
});

describe('writes', () => {
  const parts = [{ key: 'pieces/0' }];

  test('are conditional, and done once', async () => {
    const url = urlOf('/bundles/written', 1);
    const key = { 'Idempotency-Key': 'one' };
    const first = await putBundle(url, parts, { 'If-None-Match': '*', ...key });
    expect(first.status).toBe(201);
    expect(Number(first.headers.get('ringlet-revision'))).toBeGreaterThan(0);
    const again = await putBundle(urlOf('/bundles/written', 2), parts, { 'If-None-Match': '*', ...key });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await putBundle(url, parts, { 'If-None-Match': '*' })).status).toBe(412);
    const { etag } = await bundleAt(url);
    expect(first.headers.get('etag')).toBe(etag);
    const replaced = await putBundle(url, parts, { 'If-Match': etag });
    expect(replaced.status).toBe(204);
    expect((await fetch(url, { method: 'DELETE', headers: { 'If-Match': etag } })).status).toBe(412);
    const own = { 'If-Match': replaced.headers.get('etag')! };
    expect((await fetch(url, { method: 'DELETE', headers: own })).status).toBe(204);
    expect(await problemOf(fetch(url, { method: 'DELETE' }))).toMatchObject({ code: 'no_bundle' });
    expect(await problemOf(fetch(url))).toMatchObject({ status: 404, code: 'no_bundle' });
  });

  test('sent again are answered as before, though a part has gone meanwhile', async () => {
    await put('pieces/fleeting', 'x');
    const url = urlOf('/bundles/repeated');
    const store = () => putBundle(url, [{ key: 'pieces/fleeting' }], { 'Idempotency-Key': 'two' });
    expect((await store()).status).toBe(201);
    await fetch(urlOf('/objects/pieces/fleeting'), { method: 'DELETE' });
    const again = await store();
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await putBundle(url, [{ key: 'pieces/fleeting' }])).status).toBe(409);
  });

  test('need their parts, unless these are allowed to be missing', async () => {
    const given = [{ key: 'pieces/0' }, { key: 'none/1' }, { key: 'none/2' }];
    const url = urlOf('/bundles/missing');
    expect(await problemOf(putBundle(url, given))).toMatchObject({
      status: 409,
      code: 'parts_missing',
      missing: ['none/1', 'none/2'],
      count: 2,
    });
    expect((await putBundle(`${url}?missing=allowed`, given)).status).toBe(201);
    const bundle = await bundleAt(url);
    expect(bundle.missing).toBe(2);
    expect(bundle.parts[1]).toEqual({
      key: 'none/1',
      as: 'none/1',
      quantity: 1,
      size: null,
      type: null,
      etag: null,
      revision: null,
      modified: null,
      holders: [],
      island: null,
      missing: true,
    });
    expect(await problemOf(fetch(url, { headers: TAR }))).toMatchObject({
      status: 404,
      code: 'bundle_incomplete',
      missing: ['none/1', 'none/2'],
    });
  });

  test.each([
    ['no parts', '{"parts":[]}', 'bad_bundle', 400],
    ['a name that leads out', '{"parts":[{"key":"a","as":"../a"}]}', 'bad_bundle', 400],
    ['an unknown field', '{"parts":[{"key":"a"}],"more":1}', 'bad_bundle', 400],
    ['too many bytes', `{"parts":[{"key":"a"}]${' '.repeat(1024 * 1024)}}`, 'bundle_too_large', 413],
  ])('with %s are refused', async (_what, body, code, status) => {
    const answer = fetch(urlOf('/bundles/bad'), { method: 'PUT', body });
    expect(await problemOf(answer)).toMatchObject({ code, status });
  });

  test('in chunks are as large as those that tell their length', async () => {
    const body = new Blob([`{"parts":[{"key":"pieces/0"}]${' '.repeat(1024 * 1024)}}`]).stream();
    const options = { method: 'PUT', body, duplex: 'half' } as RequestInit;
    expect((await problemOf(fetch(urlOf('/bundles/bad'), options)))['code']).toBe('bundle_too_large');
  });
});

test('The listing has names in their order, page by page', async () => {
  for (const name of ['l/b', 'l/a', 'l/ä']) await putBundle(urlOf(`/bundles/${encodeURI(name)}`), PARTS);
  const list = async (query: string) =>
    (await (await fetch(urlOf(`/bundles?${query}`, 2))).json()) as {
      bundles: { name: string }[];
      next: string;
    };
  const page = await list('prefix=l/&limit=2');
  expect(page.bundles.map(({ name }) => name)).toEqual(['l/a', 'l/b']);
  expect((await list(`prefix=l/&after=${page.next}`)).bundles.map(({ name }) => name)).toEqual(['l/ä']);
  expect(await problemOf(fetch(urlOf('/bundles?limit=0')))).toMatchObject({ code: 'bad_query' });
});

async function pageOf(query: string): Promise<(string | null)[]> {
  const answer = await fetch(urlOf(`/objects?${query}`, 1));
  const { objects, next } = (await answer.json()) as { objects: { key: string }[]; next: string | null };
  return [...objects.map(({ key }) => key), next];
}

test('The listing of objects has no bundles, unless they are meant', async () => {
  for (const key of ['.a', '.bundles0', 'z']) await put(key, 'text');
  for (const name of ['m/a', 'm/b', 'm/\u{10ffff}\u{10ffff}'])
    await putBundle(urlOf(`/bundles/${encodeURI(name)}`), PARTS);
  expect(await pageOf('prefix=.')).toEqual(['.a', '.bundles0', null]);
  expect(await pageOf('prefix=.&limit=1')).toEqual(['.a', '.a']);
  expect(await pageOf('prefix=.&after=.a')).toEqual(['.bundles0', null]);
  expect(await pageOf('prefix=.bundles&after=.bundles/m/a')).toEqual(['.bundles0', null]);
  expect(await pageOf('after=.a&limit=1')).toEqual(['.bundles0', '.bundles0']);
  expect(await pageOf('prefix=.bundles/m/&limit=2')).toEqual([
    '.bundles/m/a',
    '.bundles/m/b',
    '.bundles/m/b',
  ]);
});

test.each([
  ['application/json', 200, 'application/json'],
  ['application/x-tar;q=0.5, application/json;q=0.4', 200, 'application/x-tar'],
  ['application/*', 200, 'application/json'],
  ['text/html', 406, 'application/problem+json'],
])('Accept: %s is answered by %i, %s', async (accept, status, type) => {
  await putBundle(urlOf('/bundles/negotiated'), PARTS);
  const answer = await fetch(urlOf('/bundles/negotiated'), { headers: { Accept: accept } });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(answer.headers.get('vary')).toBe('Accept');
  await answer.arrayBuffer();
});

test('What is no bundle is told as such, and can be replaced', async () => {
  await put('.bundles/odd', 'nonsense');
  expect(await problemOf(fetch(urlOf('/bundles/odd')))).toMatchObject({ status: 409, code: 'not_a_bundle' });
  expect((await putBundle(urlOf('/bundles/odd'), PARTS)).status).toBe(204);
  expect((await bundleAt(urlOf('/bundles/odd'))).missing).toBe(0);
});

test('What another server has sent on is answered as any other request', async () => {
  await putBundle(urlOf('/bundles/sent'), PARTS);
  for (const path of ['/bundles/sent?sent-on', '/bundles/sent?missing=allowed&sent-on', '/bundles?sent-on'])
    expect((await fetch(urlOf(path))).status).toBe(200);
  expect((await fetch(urlOf('/objects?limit=1&sent-on'))).status).toBe(200);
});

test('Unknown parameters and methods are refused', async () => {
  expect(await problemOf(fetch(urlOf('/bundles/x?missing=yes')))).toMatchObject({ code: 'bad_query' });
  expect(await problemOf(fetch(urlOf('/bundles/x?part=1')))).toMatchObject({ code: 'bad_query' });
  const posted = await fetch(urlOf('/bundles/x'), { method: 'POST' });
  expect(posted.status).toBe(405);
  expect(posted.headers.get('allow')).toBe('GET, HEAD, PUT, DELETE, OPTIONS');
  const long = await fetch(urlOf(`/bundles/${'x'.repeat(1016)}`));
  expect(await problemOf(Promise.resolve(long))).toMatchObject({ code: 'key_too_long' });
});
