import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { bytesOf } from '../support/rings/large.js';
import { type Sharer, SharingRing } from '../support/rings/sharing-ring.js';
import { until } from '../support/rings/until.js';

const LARGE = bytesOf(600_000);

let ring: SharingRing;
let a: Sharer;
let b: Sharer;
let c: Sharer;

describe('three servers with a directory each', () => {
  beforeAll(async () => {
    ring = new SharingRing(3);
    [a, b, c] = ring.sharers as [Sharer, Sharer, Sharer];
    a.write('of a.txt', 'a');
    a.write('both', 'same');
    b.write('deep/in/b.json', '{}');
    b.write('large', LARGE);
    b.write('empty', '');
    c.write('both', 'same');
    c.write('..hidden/é', 'c');
    writeFileSync(Buffer.concat([Buffer.from(`${a.files}/bad-`), Buffer.from([0xff, 0xfe])]), 'x');
    await ring.start();
    await until('all is listed', async () => (await a.list()).length === 6);
  });
  afterAll(() => ring.end());

  test('show one list', async () => {
    await until('both have the one', async () => (await a.names()).includes('both s1,s3'));
    await ring.listed(
      '..hidden/é s3',
      'both s1,s3',
      'deep/in/b.json s2',
      'empty s2',
      'large s2',
      'of a.txt s1',
    );
    const listed = await c.list('&prefix=deep/');
    expect(listed).toMatchObject([{ key: 'deep/in/b.json', size: 2, type: 'application/json' }]);
  });

  test('have no body of another one before it is asked for', () => {
    for (const key of ['deep/in/b.json', 'large', 'empty'])
      expect([a, c].map(({ home }) => home.server.ring.committed(key)!.body)).toEqual([null, null]);
  });

  test('read each file, wherever it is', async () => {
    for (const key of ['of a.txt', 'both', 'deep/in/b.json', 'empty', '..hidden/é']) {
      const bodies = await Promise.all(ring.sharers.map((sharer) => sharer.read(encodeURIComponent(key))));
      expect(new Set(bodies).size).toBe(1);
    }
    for (const sharer of ring.sharers) {
      const answer = await sharer.get('large');
      expect(answer.headers.get('ringlet-holders')).toBe('s2');
      expect(answer.headers.get('ringlet-replicas')).toBeNull();
      expect(Buffer.from(await answer.arrayBuffer()).equals(LARGE)).toBe(true);
    }
    const part = await c.get('large', { Range: 'bytes=262140-262150' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([
      206,
      LARGE.subarray(262_140, 262_151),
    ]);
  });

  test('relay, or send the client to the holder', async () => {
    b.write('relayed', 'text');
    await until('it is listed', async () => (await a.list('&prefix=relayed')).length === 1);
    const moved = await a.get('relayed', { Prefer: 'redirect' });
    expect([moved.status, moved.headers.get('location')]).toEqual([307, b.url('relayed')]);
    expect((await a.get('relayed', { 'Cache-Control': 'only-if-cached' })).status).toBe(504);
    const followed = await fetch(c.url('relayed'), { headers: { Prefer: 'redirect' } });
    expect([await followed.text(), followed.url]).toEqual(['text', b.url('relayed')]);
    const relayed = await a.get('relayed');
    expect([await relayed.text(), relayed.headers.get('ringlet-via')]).toEqual(['text', 's2']);
    b.remove('relayed');
    await until('it is not listed', async () => (await a.list('&prefix=relayed')).length === 0);
  });

  test('notice what is added, changed, renamed and removed, in new directories too', async () => {
    c.write('new/dir/file', 'one');
    await ring.reads('new/dir/file', 'one');
    c.write('new/dir/file', 'two, longer');
    await ring.reads('new/dir/file', 'two, longer');
    renameSync(c.path('new'), c.path('renamed'));
    await ring.reads('renamed/dir/file', 'two, longer');
    await ring.reads('new/dir/file', '404');
    c.write('renamed/dir/file', 'three');
    await ring.reads('renamed/dir/file', 'three');
    c.remove('renamed');
    await ring.reads('renamed/dir/file', '404');
    c.write('renamed/dir/file', 'again');
    await ring.reads('renamed/dir/file', 'again');
    c.remove('renamed');
    await ring.reads('renamed/dir/file', '404');
    expect(ring.said.filter((line) => line.includes('renamed'))).toEqual([]);
  });

  test('show a file that is being written when it is complete, and replace it as a whole', async () => {
    const seen = new Set<string>();
    const look = async () => void seen.add(await a.read('growing'));
    for (let size = 1; size <= 8; size++) {
      b.write('growing', 'x'.repeat(size));
      await look();
    }
    await ring.reads('growing', 'xxxxxxxx');
    expect([...seen]).toEqual(['404']);
    b.remove('growing');
    await ring.reads('growing', '404');
  });

  test('leave out and name what leads outside, is no file, or has a name that is no key', async () => {
    const outside = join(ring.sharers[0]!.files, '..', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'secret');
    symlinkSync(outside, a.path('link-to-directory'));
    symlinkSync(join(outside, 'secret'), a.path('link-to-file'));
    symlinkSync('nowhere', a.path('link-to-nothing'));
    symlinkSync('of a.txt', a.path('link-inside'));
    writeFileSync(a.path('bad\nline'), 'x');
    await until('the good one is listed', async () => (await b.list('&prefix=link')).length > 0);
    await until(
      'the bad ones are named',
      () => ring.said.filter((line) => line.includes('left out')).length >= 5,
    );
    expect((await b.names()).filter((name) => /link|bad/.test(name))).toEqual(['link-inside s1']);
    expect(await b.read('link-inside')).toBe('a');
    const said = ring.said.join('\n');
    for (const name of [
      'link-to-directory',
      'link-to-file',
      'link-to-nothing',
      'bad-',
      String.raw`bad\nline`,
    ])
      expect(said).toContain(name);
    expect(await a.read('link-to-directory/secret')).toBe('404');
    const figures = await (await fetch(`${a.home.url}/metrics`)).text();
    expect(figures).toContain('\nringlet_shared_files_left_out 5\n');
    expect(ring.said.filter((line) => line.includes('link-to-file'))).toHaveLength(1);
  });

  test.each([
    '../outside/secret',
    '/etc/passwd',
    '%2e%2e/outside/secret',
    '..%2foutside%2fsecret',
    '%2Fetc%2Fpasswd',
    './of a.txt',
    'deep//in/b.json',
  ])('give nothing for the path %s', async (path) => {
    for (const { home } of ring.sharers)
      expect(await rawStatus(home.url, path.replaceAll(' ', '%20'))).toBe(404);
  });

  test('take the files of one that goes away along, and offer them again when it is back', async () => {
    await c.home.leave();
    await until('they are gone', async () => !(await a.names()).join().includes('s3'));
    expect(await a.names()).toContain('both s1');
    expect(await a.read('..hidden%2F%C3%A9')).toBe('404');
    await c.home.start({ PEER: a.home.address });
    await ring.settled();
    await ring.reads('..hidden%2F%C3%A9', 'c');
    await c.home.crash();
    await until('they are gone', async () => !(await a.names()).join().includes('s3'));
    await c.home.start({ PEER: a.home.address });
    await ring.reads('..hidden%2F%C3%A9', 'c');
    await until('both have the one', async () => (await b.names()).includes('both s1,s3'));
  });
});

test('a server does not start when its directory is none', async () => {
  const alone = new SharingRing(1, { FILES_DIR: '/dev/null' });
  try {
    await expect(alone.start()).rejects.toThrow(/FILES_DIR \/dev\/null cannot be shared/);
  } finally {
    await alone.end();
  }
});

/** A client such as fetch would tidy the path up. */
function rawStatus(url: string, path: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET /objects/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject).on('close', () => resolve(Number(text.split(' ')[1])));
  });
}
