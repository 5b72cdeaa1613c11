import { readFileSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { readTar } from '../support/bundles/tar-reader.js';
import { CliProgram, type Ran } from '../support/cli/cli-program.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

const LIST = '{"parts":[{"key":"wheel","quantity":4},{"key":"base","as":"base.stl"}]}';

let cli: CliProgram;
let ring: TestRing;
beforeAll(async () => {
  cli = new CliProgram();
  ring = await startRing(2, { environment: { REPLICAS: '1' } });
  await fetch(`${ring.urls[0]}/objects/wheel`, { method: 'PUT', body: 'round' });
  await fetch(`${ring.urls[1]}/objects/base`, { method: 'PUT', body: 'flat' });
});
beforeEach(() => run(['bundle', 'put', 'sets/car', '-'], LIST));
afterAll(async () => {
  await ring.stop();
  cli.remove();
});

function run(words: readonly string[], input?: string | Buffer): Promise<Ran> {
  return cli.run(words, { RINGLET_SERVER: ring.urls[1] }, input);
}

test('put stores a list from a file or a pipe, and show tells where its parts are', async () => {
  writeFileSync(cli.file('list.json'), LIST);
  const stored = await run(['bundle', 'put', 'fresh', cli.file('list.json')]);
  expect(stored).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^"fresh" is stored, at revision \d+\n$/),
  });
  const [first, second] = ring.servers.map(({ identity }) => identity.name);
  const shown = await run(['bundle', 'show', 'fresh']);
  expect(shown.out).toBe(`4  5 bytes  ${first}  wheel\n1  4 bytes  ${second}  base as base.stl\n`);
  const told = await run(['bundle', 'show', 'fresh', '--json']);
  expect(JSON.parse(told.out)).toMatchObject({ name: 'fresh', size: 9, missing: 0 });
});

test('get gives the archive to a pipe or a file', async () => {
  const piped = await run(['bundle', 'get', 'sets/car', '-o', '-']);
  expect(piped.code).toBe(0);
  const saved = await run(['bundle', 'get', 'sets/car', '-o', cli.file('')]);
  expect(saved.out).toMatch(/car\.tar\n$/);
  const files = readTar(readFileSync(cli.file('car.tar')));
  expect(files.map(({ path }) => path)).toEqual(['bundle.json', 'wheel', 'base.stl']);
  const told = await run(['bundle', 'get', 'sets/car', '--json', '-o', cli.file('x.tar')]);
  expect(JSON.parse(told.out)).toMatchObject({ name: 'sets/car', file: cli.file('x.tar') });
});

test('ls lists them, and rm deletes one', async () => {
  await run(['bundle', 'put', 'sets/bus', '-'], LIST);
  const listed = await run(['bundle', 'ls', 'sets/']);
  expect(listed.out).toMatch(/ {2}sets\/bus\n.* {2}sets\/car\n$/);
  expect((await run(['bundle', 'ls', 'none'])).out).toBe('');
  expect(await run(['bundle', 'rm', 'sets/bus'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/is deleted/),
  });
  for (const words of [['rm'], ['show'], ['get', '-o', '-']])
    expect(await run(['bundle', words[0]!, 'sets/bus', ...words.slice(1)])).toMatchObject({
      code: 3,
      errors: 'There is no bundle "sets/bus": ringlet bundle ls shows those that are there.\n',
    });
});

test('what is missing is told, and may be allowed', async () => {
  const list = '{"parts":[{"key":"wheel"},{"key":"wing"}]}';
  const refused = await run(['bundle', 'put', 'plane', '-'], list);
  expect(refused).toMatchObject({
    code: 3,
    errors: expect.stringContaining('Missing: "wing"): put them, or say'),
  });
  expect((await run(['bundle', 'put', 'plane', '-', '--allow-missing'], list)).code).toBe(0);
  expect((await run(['bundle', 'show', 'plane'])).out).toMatch(/1 {8}- {2}missing {3}wing\n$/);
  expect(await run(['bundle', 'get', 'plane', '-o', '-'])).toMatchObject({ code: 3, out: '' });
  const some = await run(['bundle', 'get', 'plane', '--allow-missing', '-o', cli.file('plane.tar')]);
  expect(some.code).toBe(0);
  expect(readTar(readFileSync(cli.file('plane.tar')))).toHaveLength(2);
});

test('conditions and wrong lists are told by their exit codes', async () => {
  const { etag } = JSON.parse((await run(['bundle', 'show', 'sets/car', '--json'])).out) as { etag: string };
  expect((await run(['bundle', 'put', 'sets/car', '-', '--if-match', etag], LIST)).code).toBe(0);
  expect(await run(['bundle', 'rm', 'sets/car', '--if-match', etag])).toMatchObject({
    code: 4,
    errors: expect.stringContaining('another entity tag'),
  });
  for (const list of ['', '[]', '{"parts":1}', '{"parts":[],"more":1}'])
    expect(await run(['bundle', 'put', 'bad', '-'], list)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('- is no list of parts'),
    });
  expect(await run(['bundle', 'put', 'bad', '-'], '{"parts":[{"key":"../a"}]}')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('Parts[0].as must be a relative path'),
  });
  expect((await run(['bundle', 'put', 'bad', '-'], ' '.repeat(2 ** 20 + 1))).code).toBe(2);
});

test('names of bundles are completed', async () => {
  expect((await run(['complete', 'bundle', 'show', 's'])).out).toBe('sets/\n');
  expect((await run(['complete', 'bundle', 'show', 'sets/'])).out).toBe('sets/car\n');
});
