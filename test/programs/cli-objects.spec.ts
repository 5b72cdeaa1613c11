import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { CliProgram, type Ran } from '../support/cli/cli-program.js';
import { bytesOf } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

const KEYS = ['a b/ü', 'docs/one.md', 'docs/two', '日本/🎉'];

let cli: CliProgram;
let ring: TestRing;
beforeAll(async () => {
  cli = new CliProgram();
  ring = await startRing(3);
});
afterAll(async () => {
  await ring.stop();
  cli.remove();
});

function run(words: readonly string[], input?: string | Buffer): Promise<Ran> {
  return cli.run(words, { RINGLET_SERVER: ring.urls[1] }, input);
}

function file(name: string, content: string | Buffer): string {
  writeFileSync(cli.file(name), content);
  return cli.file(name);
}

function at(key: string, init?: RequestInit): Promise<Response> {
  return fetch(`${ring.urls[2]}/objects/${encodeURIComponent(key)}`, init);
}

async function store(key: string, body: string, headers: Record<string, string> = {}): Promise<string> {
  const { headers: answered } = await at(key, { method: 'PUT', body, headers });
  return answered.get('etag')!;
}

test('put stores a file with its type, metadata and time to live, under its name or another', async () => {
  const path = file('page.html', '<p>');
  const stored = await run(['put', path, '--meta', 'by=me', '--meta', 'to=you', '--ttl', '1000.5']);
  expect(stored).toEqual({
    code: 0,
    out: expect.stringMatching(/^"page.html" is stored, at revision \d+\n$/),
    errors: '',
  });
  const { headers } = await at('page.html');
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'object-meta-by': 'me',
    'object-meta-to': 'you',
    'x-ttl': expect.stringMatching(/^(1000|99\d)/),
  });

  const [again, below] = await Promise.all([
    run(['put', path, '--json', '--type', 'x/y']),
    run(['put', path, 'put/']),
  ]);
  expect(JSON.parse(again.out)).toMatchObject({ key: 'page.html', created: false, etag: expect.any(String) });
  expect((await at('page.html')).headers.get('content-type')).toBe('x/y');
  expect([below.code, await (await at('put/page.html')).text()]).toEqual([0, '<p>']);
});

test('put stores what comes from a pipe, large or empty', async () => {
  const large = bytesOf(9 * 1024 * 1024);
  const [one, two] = await Promise.all([
    run(['put', '-', 'pipe/large.json'], large),
    run(['put', '-', 'pipe/empty'], ''),
  ]);
  expect([one.errors, two.errors]).toEqual(['', '']);
  const answer = await at('pipe/large.json');
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(Buffer.from(await answer.arrayBuffer()).equals(large)).toBe(true);
  expect((await at('pipe/empty')).headers.get('content-length')).toBe('0');
});

test('put with a condition does not replace another version', async () => {
  const path = file('new', 'new');
  const first = await store('condition', 'first');
  const second = await store('condition', 'second');
  const refused = await run(['put', path, 'condition', '--if-match', first]);
  expect(refused).toMatchObject({
    code: 4,
    out: '',
    errors: expect.stringMatching(/^"condition" has another entity tag .*\.\n$/),
  });
  expect(await (await at('condition')).text()).toBe('second');
  expect(await run(['put', path, 'condition', '--if-match', second.replaceAll('"', '')])).toMatchObject({
    code: 0,
  });
  expect(await (await at('condition')).text()).toBe('new');
});

test('create stores only what is not there', async () => {
  const path = file('created', 'mine');
  expect(await run(['create', path])).toMatchObject({ code: 0, errors: '' });
  await store('created', 'theirs');
  expect(await run(['create', path])).toEqual({
    code: 4,
    out: '',
    errors:
      'There is an object "created" already, and nothing was stored: choose another key, or replace it by put.\n',
  });
  expect(await (await at('created')).text()).toBe('theirs');
});

test('get gives an object to a pipe, byte for byte, or to a file or directory', async () => {
  await store('files/got', 'ä\u0000\n');
  const folder = cli.file('folder');
  mkdirSync(folder);
  const link = cli.file('link');
  symlinkSync(file('linked', 'old'), link);
  const [piped, dashed, saved, inside, linked] = await Promise.all([
    run(['get', 'files/got']),
    run(['download', 'files/got', '-o', '-']),
    run(['get', 'files/got', '-o', cli.file('saved'), '--json']),
    run(['get', 'files/got', '-o', folder]),
    run(['get', 'files/got', '-o', link]),
  ]);
  expect(piped).toEqual({ code: 0, out: 'ä\u0000\n', errors: '' });
  expect(dashed).toEqual(piped);
  expect(JSON.parse(saved.out)).toMatchObject({
    key: 'files/got',
    file: cli.file('saved'),
    size: 4,
    meta: {},
    ttl: null,
  });
  expect(inside.out).toBe(`4 bytes in ${folder}/got\n`);
  expect(linked.code).toBe(0);
  for (const name of ['saved', 'folder/got', 'linked', 'link'])
    expect(readFileSync(cli.file(name), 'utf8')).toBe('ä\u0000\n');
});

test('get says what is missing, and leaves no file then', async () => {
  await store('there/', 'x');
  const [missing, nowhere, unnamed, json] = await Promise.all([
    run(['get', 'none', '-o', cli.file('none')]),
    run(['get', 'there/', '-o', '/no/such/folder/x']),
    run(['get', 'there/', '-o', cli.directory]),
    run(['get', 'there/', '--json']),
  ]);
  expect(missing).toEqual({
    code: 3,
    out: '',
    errors: 'There is no object "none": ringlet ls shows those that are there.\n',
  });
  expect([existsSync(cli.file('none')), existsSync(cli.file('none.part'))]).toEqual([false, false]);
  expect(nowhere).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^\/no\/such\/folder\/x\S* cannot be written \(ENOENT\)/),
  });
  expect(unnamed).toMatchObject({ code: 2, errors: expect.stringMatching(/-o FILE\.\n$/) });
  expect(json).toMatchObject({ code: 2, out: '', errors: expect.stringMatching(/-o FILE/) });
});

test('ls lists by prefix, in the order of keys, in whole lines or as documents', async () => {
  for (const key of KEYS) await store(`list/${key}`, key);
  const [lines, documents, few, long, none] = await Promise.all([
    run(['ls', 'list/']),
    run(['show', 'list/', '--json']),
    run(['ls', 'list/', '--json', '-n', '2']),
    run(['ls', 'list/docs/two', '--long']),
    run(['ls', 'nothing-begins-so']),
  ]);
  const expected = KEYS.map((key) => `list/${key}`);
  expect(lines.errors).toBe('');
  expect(lines.out.trimEnd().split('\n')).toEqual(
    expected.map((key) =>
      expect.stringMatching(new RegExp(`^ +\\d+ bytes  \\d{4}-\\d\\d-\\d\\d [\\d:]{8}  ${key}$`, 'u')),
    ),
  );
  const parsed = documents.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string });
  expect(parsed.map(({ key }) => key)).toEqual(expected);
  expect(parsed[1]).toEqual({
    key: 'list/docs/one.md',
    size: 11,
    type: expect.any(String),
    etag: expect.any(String),
    revision: expect.any(Number),
    modified: expect.any(String),
    holders: expect.any(Array),
  });
  expect(few.out.trimEnd().split('\n')).toHaveLength(2);
  expect(long.out).toMatch(/"\d+-[0-9a-f]+"  server-\d\S*  list\/docs\/two\n$/);
  expect(none).toEqual({ code: 0, out: '', errors: '' });
});

test('rm deletes what is there, and names what is not', async () => {
  const etag = await store('rm/a', 'a');
  await store('rm/b', 'b');
  const clash = await run(['rm', 'rm/a', '--if-match', '"1-aa"']);
  expect(clash).toMatchObject({
    code: 4,
    out: '',
    errors: expect.stringMatching(/^"rm\/a" has another entity tag/),
  });
  const some = await run(['delete', 'rm/none', 'rm/b', 'rm/nil']);
  expect(some).toEqual({
    code: 3,
    out: expect.stringMatching(/^"rm\/b" is deleted, at revision \d+\n$/),
    errors: expect.stringMatching(/^There is no object "rm\/none", "rm\/nil": /),
  });
  expect((await at('rm/b')).status).toBe(404);
  const [forced, matched] = await Promise.all([
    run(['rm', '--force', '--json', 'rm/none']),
    run(['rm', 'rm/a', '--if-match', etag]),
  ]);
  expect(forced).toEqual({ code: 0, out: '{"key":"rm/none","deleted":false,"revision":null}\n', errors: '' });
  expect([matched.code, (await at('rm/a')).status]).toEqual([0, 404]);
});

test('what is asked wrongly is refused with the usage code, in one sentence', async () => {
  const wrong: readonly (readonly string[])[] = [
    ['put'],
    ['put', cli.directory],
    ['put', '-'],
    ['put', 'x', 'y', 'z'],
    ['put', 'x', '--ttl', 'soon'],
    ['put', 'x', '--meta', 'novalue'],
    ['create', '--if-match', 'x', 'y'],
    ['get'],
    ['get', 'k'.repeat(1025)],
    ['ls', '-n', '0'],
    ['ls', '--lnog'],
    ['rm'],
    ['rm', 'a', 'b', '--if-match', 'x'],
    ['--timeout', '-1', 'ls'],
    ['--server', 'nowhere', 'ls'],
  ];
  const all = await Promise.all(wrong.map((words) => run(words, '')));
  for (const [index, { code, out, errors }] of all.entries())
    expect([wrong[index], code, out, errors]).toEqual([
      wrong[index],
      2,
      '',
      expect.stringMatching(/^\S.*\.\n$/),
    ]);
  expect(await run(['put', '/no/such/file'])).toMatchObject({
    code: 3,
    errors: 'There is no file /no/such/file.\n',
  });
});
