import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { bundleAt, type GivenPart, problemOf, putBundle, TAR } from '../support/bundles/bundle-calls.js';
import { readTar } from '../support/bundles/tar-reader.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const run = promisify(execFile);
const MIB = 2 ** 20;
/** More than is fetched ahead, and than sockets buffer. */
const FAR = 16 * MIB;
const ODD_NAMES = ['ümläut/日本.txt', `${'long/'.repeat(60)}name`, 'plain', 'ends with blank '];

let ring: TestRing;
const urlOf = (path: string, at = 0) => `${ring.urls[at]}${path}`;
const put = (key: string, body: Buffer, at = 0) => putBody(urlOf(`/objects/${key}`, at), body);

beforeAll(async () => {
  ring = await startRing(3, { environment: { REPLICAS: '1' } });
});
afterAll(() => ring.stop());

/** Stores a body for each part, on one server after the other, and the bundle; gives the bodies. */
async function storeAll(
  name: string,
  parts: readonly GivenPart[],
  sizes: readonly number[],
): Promise<Buffer[]> {
  const bodies = parts.map(({ key }, at) => bytesOf(sizes[at % sizes.length]!, key));
  for (const [at, { key }] of parts.entries()) await put(key, bodies[at]!, at % 3);
  expect((await putBundle(urlOf(`/bundles/${name}`), parts)).status).toBe(201);
  return bodies;
}

test('An archive has the list and each part, whatever its name and size, the same at every server', async () => {
  const sizes = [0, 1, 512, 70_000, 3 * MIB + 1];
  const parts = [...ODD_NAMES, 'last'].map((as, at) => ({ key: `odd/${at}`, as, quantity: at + 1 }));
  const bodies = await storeAll('odd', parts, sizes);
  const archives = await Promise.all([0, 1, 2].map((at) => bytesAt(urlOf('/bundles/odd', at), TAR)));
  const [manifest, ...files] = readTar(archives[0]!);
  expect(files.map(({ path }) => path)).toEqual(parts.map(({ as }) => as));
  expect(files.every(({ bytes }, at) => bytes.equals(bodies[at]!))).toBe(true);
  expect(manifest!.path).toBe('bundle.json');
  expect(JSON.parse(manifest!.bytes.toString())).toMatchObject({ name: 'odd', parts });
  for (const archive of archives.slice(1)) expect(archive.equals(archives[0]!)).toBe(true);
});

test('The tar of the system unpacks it', async () => {
  const hasTar = await run('tar', ['--version']).then(
    () => true,
    () => false,
  );
  if (!hasTar) return;
  const parts = ODD_NAMES.map((as, at) => ({ key: `unpacked/${at}`, as }));
  const bodies = await storeAll('unpacked', parts, [100, 70_000]);
  const folder = await mkdtemp(join(tmpdir(), 'ringlet-bundle-'));
  try {
    await writeFile(join(folder, 'it.tar'), await bytesAt(urlOf('/bundles/unpacked', 2), TAR));
    const { stderr } = await run('tar', ['xf', 'it.tar'], { cwd: folder });
    expect(stderr).toBe('');
    for (const [at, { as }] of parts.entries())
      expect((await readFile(join(folder, as))).equals(bodies[at]!)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('A thousand parts with long names on three servers come in their order', async () => {
  const parts = Array.from({ length: 1000 }, (_, at) => ({ key: `thousand/${at}/${'x'.repeat(100)}` }));
  const bodies = await storeAll('thousand', parts, [10, 1000, 3000]);
  const files = readTar(await bytesAt(urlOf('/bundles/thousand', 1), TAR)).slice(1);
  expect(files.map(({ path }) => path)).toEqual(parts.map(({ key }) => key));
  expect(files.every(({ bytes }, at) => bytes.equals(bodies[at]!))).toBe(true);
});

test('Its tag answers a reader that has it', async () => {
  await storeAll('tagged', [{ key: 'tagged/1' }], [10]);
  const first = await fetch(urlOf('/bundles/tagged'), { headers: TAR });
  await first.arrayBuffer();
  const headers = { ...TAR, 'If-None-Match': first.headers.get('etag')! };
  expect((await fetch(urlOf('/bundles/tagged', 1), { headers })).status).toBe(304);
  const json = await fetch(urlOf('/bundles/tagged'), {
    headers: { 'If-None-Match': headers['If-None-Match'] },
  });
  expect(json.status).toBe(200);
  const other = await fetch(urlOf('/bundles/tagged'), { headers: { ...TAR, 'If-Match': '"other"' } });
  expect(other.status).toBe(412);
});

/** The head of an archive whose bytes nobody reads yet. */
function begin(name: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(urlOf(`/bundles/${name}`), { headers: TAR, agent: false }, resolve).on('error', reject);
  });
}

async function readAll(message: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of message) bytes += (chunk as Buffer).length;
  return bytes;
}

test.each([
  ['written again', () => put('cut/2', Buffer.from('new'), 1)],
  ['deleted', () => fetch(urlOf('/objects/cut/2'), { method: 'DELETE' })],
])('A part that is %s before its turn ends the archive before its length', async (_what, change) => {
  await storeAll('cut', [{ key: 'cut/1' }, { key: 'cut/2' }], [FAR]);
  const message = await begin('cut');
  expect(message.statusCode).toBe(200);
  await change();
  await expect(readAll(message)).rejects.toThrow('aborted');
  await fetch(urlOf('/bundles/cut'), { method: 'DELETE' });
});

test('One that nothing happens to comes to its length, however late it is read', async () => {
  await storeAll('whole', [{ key: 'cut/1' }, { key: 'cut/3' }], [FAR]);
  const message = await begin('whole');
  await put('unrelated', Buffer.from('new'));
  expect(await readAll(message)).toBe(Number(message.headers['content-length']));
});

test('What only a server had that is gone is missing, and may be left out', async () => {
  const parts = [0, 1, 2].map((at) => ({ key: `gone/${at}` }));
  await storeAll('gone', parts, [100]);
  const leaver = ring.servers[2]!;
  await ring.crash(leaver);
  await ring.settled();
  await until('the part is missing', async () => (await bundleAt(urlOf('/bundles/gone'))).missing === 1);
  const bundle = await bundleAt(urlOf('/bundles/gone', 1));
  expect(bundle.parts[2]).toMatchObject({ key: 'gone/2', size: 100, holders: [], missing: true });
  expect(bundle.size).toBe(200);
  expect(await problemOf(fetch(urlOf('/bundles/gone'), { headers: TAR }))).toMatchObject({
    code: 'bundle_incomplete',
    missing: ['gone/2'],
  });
  const files = readTar(await bytesAt(urlOf('/bundles/gone?missing=allowed', 1), TAR));
  expect(files.map(({ path }) => path)).toEqual(['bundle.json', 'gone/0', 'gone/1']);
});
