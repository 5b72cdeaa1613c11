import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { bundleAt, problemOf, putBundle, TAR } from '../support/bundles/bundle-calls.js';
import { readTar } from '../support/bundles/tar-reader.js';
import { Archipelago, islandsOf, isUp } from '../support/islands/archipelago.js';
import { answer, GOOD, Hostile } from '../support/islands/hostile.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { until } from '../support/rings/until.js';

const MIB = 2 ** 20;
/** More than is fetched ahead, and than sockets buffer. */
const FAR = 16 * MIB;

const put = (url: string, key: string, body: string) =>
  fetch(`${url}/objects/${key}`, { method: 'PUT', body, headers: { 'Content-Type': 'text/plain' } });

describe('a figure whose pieces are on two islands', () => {
  const PARTS = [{ key: 'here', quantity: 2 }, { key: 'there', quantity: 3, as: 'other' }, { key: 'both' }];
  let sea: Archipelago;
  let north: string;
  let south: string;

  beforeAll(async () => {
    sea = await Archipelago.start({ north: { size: 2, environment: { REPLICAS: '1' } }, south: {} });
    await sea.acquainted();
    [north, south] = [sea.url('north'), sea.url('south')];
    await put(south, 'here', 'of south');
    await put(north, 'there', 'of north!');
    await put(north, 'both', 'not this one');
    await put(south, 'both', 'this');
    await putBundle(`${south}/bundles/car`, PARTS);
  });
  afterAll(() => sea.stop());

  test('is told with the island of each piece', async () => {
    const { parts, size, missing } = await bundleAt(`${south}/bundles/car`);
    expect([size, missing]).toEqual([8 + 9 + 4, 0]);
    const own = { island: null, holders: ['server-1'], missing: false };
    expect(parts).toMatchObject([own, { key: 'there', as: 'other', quantity: 3 }, own]);
    const there = await fetch(`${north}/objects/there`, { method: 'HEAD' });
    const modified = new Date(there.headers.get('last-modified')!).toISOString();
    const etag = there.headers.get('etag');
    const far = { island: 'north', holders: ['server-1'], size: 9, revision: null, missing: false };
    expect(parts[1]).toMatchObject({ ...far, etag, modified, type: 'text/plain' });
  });

  test('comes as one archive', async () => {
    const [manifest, ...files] = readTar(await bytesAt(`${south}/bundles/car`, TAR));
    const told = files.map(({ path, bytes }) => [path, bytes.toString()]);
    expect(told).toEqual([
      ['here', 'of south'],
      ['other', 'of north!'],
      ['both', 'this'],
    ]);
    expect(JSON.parse(manifest!.bytes.toString()).parts).toMatchObject(PARTS);
  });

  test('has a tag that changes with what is elsewhere', async () => {
    const tagOf = async () => (await fetch(`${south}/bundles/car`)).headers.get('etag')!;
    const before = await tagOf();
    const same = { headers: { 'If-None-Match': before } };
    expect((await fetch(`${south}/bundles/car`, same)).status).toBe(304);
    await put(north, 'there', 'of North!');
    expect(await tagOf()).not.toBe(before);
    expect((await fetch(`${south}/bundles/car`, same)).status).toBe(200);
  });

  test('lacks what no island has, and is not stored with it', async () => {
    const parts = [...PARTS, { key: 'nowhere' }];
    const url = `${south}/bundles/lacking`;
    const lacking = { missing: ['nowhere'], count: 1 };
    expect(await problemOf(putBundle(url, parts))).toMatchObject({ code: 'parts_missing', ...lacking });
    expect((await putBundle(`${url}?missing=allowed`, parts)).status).toBe(201);
    const bundle = await bundleAt(url);
    expect([bundle.missing, bundle.parts[3]!.missing, bundle.parts[3]!.island]).toEqual([1, true, null]);
    const archive = fetch(url, { headers: TAR });
    expect(await problemOf(archive)).toMatchObject({ code: 'bundle_incomplete', ...lacking });
    await put(north, 'nowhere', 'x');
    expect((await bundleAt(url)).parts[3]).toMatchObject({ island: 'north', missing: false });
  });

  test('may itself be of another island', async () => {
    const answered = await fetch(`${north}/bundles/car`);
    expect([answered.status, answered.headers.get('ringlet-island')]).toEqual([200, 'south']);
    const { parts } = (await answered.json()) as { parts: { key: string; island: string | null }[] };
    expect(parts.map(({ island }) => island)).toEqual(['south', null, null]);
    const files = readTar(await bytesAt(`${north}/bundles/car`, TAR));
    expect(files[3]!.bytes.toString()).toBe('not this one');
    expect(await problemOf(fetch(`${north}/bundles/no`))).toMatchObject({ code: 'no_bundle' });
    const gone = fetch(`${north}/bundles/car`, { method: 'DELETE' });
    expect(await problemOf(gone)).toMatchObject({ code: 'no_bundle' });
  });

  test('is of this island only when whoever asks says so', async () => {
    const headers = { 'Ringlet-Visited': '*' };
    const answered = await fetch(`${south}/bundles/car`, { headers });
    const { missing } = (await answered.json()) as { missing: number };
    expect(missing).toBe(1);
    expect((await fetch(`${north}/bundles/car`, { headers })).status).toBe(404);
  });

  test('passes a large piece through, and breaks off when that changes before its turn', async () => {
    const [first, late] = [bytesOf(FAR, 'first'), bytesOf(MIB, 'late')];
    await putBody(`${north}/objects/large`, first);
    await putBody(`${north}/objects/late`, late);
    const filler = bytesOf(MIB, 'filler');
    for (let at = 0; at < 9; at++) await putBody(`${south}/objects/filler/${at}`, filler);
    const fillers = Array.from({ length: 9 }, (_, at) => ({ key: `filler/${at}` }));
    const url = `${south}/bundles/large`;
    expect((await putBundle(url, [{ key: 'large' }, ...fillers, { key: 'late' }])).status).toBe(201);
    const files = readTar(await bytesAt(url, TAR));
    expect([files[1]!.bytes.equals(first), files.at(-1)!.bytes.equals(late)]).toEqual([true, true]);

    const reading = get(url, { headers: TAR });
    const [message] = (await once(reading, 'response')) as [IncomingMessage];
    message.pause();
    await putBody(`${north}/objects/late`, bytesOf(MIB, 'other'));
    const ended = new Promise<Error | null>((resolve) => {
      message.once('error', resolve).once('end', () => resolve(null));
    });
    message.resume();
    expect(await ended).toMatchObject({ code: 'ECONNRESET' });
  });
});

test('A piece comes by an island in between, and what is nowhere is asked of each once', async () => {
  const sea = await Archipelago.start({
    near: { knows: ['middle'] },
    middle: {},
    far: { knows: ['middle'] },
  });
  try {
    for (const [name, other] of [
      ['near', 'middle'],
      ['middle', 'far'],
    ] as const)
      await until(`${name} knows ${other}`, () => isUp(sea.url(name), other));
    await put(sea.url('far'), 'k', 'far away');
    const url = `${sea.url('near')}/bundles/b`;
    await putBundle(`${url}?missing=allowed`, [{ key: 'k' }, { key: 'nowhere' }]);
    const { parts } = await bundleAt(url);
    expect(parts).toMatchObject([
      { island: 'middle', size: 8, holders: [] },
      { missing: true, island: null },
    ]);
    const [, file] = readTar(await bytesAt(`${url}?missing=allowed`, TAR));
    expect(file!.bytes.toString()).toBe('far away');
  } finally {
    await sea.stop();
  }
});

describe('an island that does not do what it should', () => {
  let sea: Archipelago;
  let hostile: Hostile;
  let home: string;

  beforeEach(async () => {
    hostile = await Hostile.start();
    sea = await Archipelago.start({ home: { alsoKnows: [hostile.url] } });
    home = sea.url('home');
    await until('it is known', async () => (await islandsOf(home)).some(({ state }) => state === 'up'));
    await put(home, 'own', 'x');
  });
  afterEach(async () => {
    await sea.stop();
    hostile.stop();
  });

  const GOOD_HEAD = { ...GOOD, 'Content-Length': '7' };
  const store = (key: string) =>
    putBundle(`${home}/bundles/b?missing=allowed`, [{ key: 'own' }, { key }], {});

  test('is waited for no longer than a second', async () => {
    hostile.trick = () => undefined;
    await putBundle(
      `${home}/bundles/many?missing=allowed`,
      Array.from({ length: 500 }, (_, at) => ({ key: `k${at}` })),
    );
    const since = performance.now();
    expect((await bundleAt(`${home}/bundles/many`)).missing).toBe(500);
    expect(performance.now() - since).toBeLessThan(2_500);
  });

  test('is asked for nothing that is here', async () => {
    await putBundle(`${home}/bundles/b`, [{ key: 'own' }]);
    await bytesAt(`${home}/bundles/b`, TAR);
    expect(hostile.asked).toEqual([]);
  });

  test.each([
    ['is silent', () => undefined, 'island_timeout'],
    ['answers with nonsense', answer('500 Oops'), 'island_answer'],
  ])('that has a part and then %s is named', async (_what, then, code) => {
    hostile.trick = (socket, head) => {
      if (head.startsWith('HEAD')) socket.end(answer('200 OK', GOOD_HEAD));
      else if (typeof then === 'string') socket.end(then);
    };
    await store('far');
    const archive = fetch(`${home}/bundles/b`, { headers: TAR });
    const status = (await archive).status;
    // The first part is here, so the archive has begun.
    expect(status).toBe(200);
    await expect((await archive).arrayBuffer()).rejects.toThrow('terminated');
    await putBundle(`${home}/bundles/c?missing=allowed`, [{ key: 'far' }]);
    expect(await problemOf(fetch(`${home}/bundles/c`, { headers: TAR }))).toMatchObject({ code });
  });

  test('that has another version each time is no part of an archive', async () => {
    let version = 0;
    hostile.trick = (socket, head) => {
      const headers = { ...GOOD_HEAD, ETag: `"${++version}"` };
      socket.end(answer('200 OK', headers, head.startsWith('HEAD') ? '' : 'changed'));
    };
    await putBundle(`${home}/bundles/c?missing=allowed`, [{ key: 'far' }]);
    const archive = fetch(`${home}/bundles/c`, { headers: TAR });
    expect(await problemOf(archive)).toMatchObject({ code: 'read_no_holder' });
  });
});
