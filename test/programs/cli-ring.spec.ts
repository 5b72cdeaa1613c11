import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { CliProgram, type Ran, type Running } from '../support/cli/cli-program.js';
import { HalfServer } from '../support/cli/half-server.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const NOBODY = 'http://127.0.0.1:1';

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

function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return cli.run(words, { RINGLET_SERVER: ring.urls[0], ...environment });
}

function put(key: string, url = ring.urls[0]): Promise<Response> {
  return fetch(`${url}/objects/${key}`, { method: 'PUT', body: key });
}

function watch(words: readonly string[]): Running & { seen: () => string } {
  const running = cli.start(['watch', ...words], { RINGLET_SERVER: ring.urls[1] });
  let seen = '';
  running.child.stdout!.on('data', (data) => (seen += String(data)));
  return { ...running, seen: () => seen };
}

describe('status', () => {
  test('shows the ring and its members in order', async () => {
    const [words, document] = await Promise.all([run(['status']), run(['status', '--json'])]);
    expect([words.code, words.errors]).toEqual([0, '']);
    const [first, second, , heading, ...members] = words.out.trimEnd().split('\n');
    expect(first).toMatch(/^Ring ringlet, view \d+, revision \d+: \d+ objects?$/);
    expect(second).toBe('As server-1 sees it (member)');
    expect(heading).toMatch(/^name +role +state +ready +priority +url +ring$/);
    expect(members).toHaveLength(3);
    expect(members[0]).toMatch(/^server-1 +primary +up +\d+ ms +99 +http:\/\/127.0.0.1:\d+ +127.0.0.1:\d+$/);
    const { members: reported, ...rest } = JSON.parse(document.out) as Record<string, unknown> & {
      members: object[];
    };
    expect(rest).toMatchObject({ ring: 'ringlet', primary: 'server-1', self: 'server-1', state: 'member' });
    expect(reported[0]).toMatchObject({
      name: 'server-1',
      state: 'up',
      health: { ready: true, reason: null },
    });
  });

  test('asks as many members as there are', async () => {
    const server = await HalfServer.start(({ url }, response) => {
      const members = Array.from({ length: 30 }, (_, id) => {
        const own = { id: String(id), name: `m${id}`, ring: 'x:1', priority: id, state: 'up' };
        return { ...own, url: server.url };
      });
      const numbers = { view: 1, revision: 0, objects: 1, conflicts: 2, offers: 3 };
      const report = { ring: 'r', primary: 'm0', self: 'm0', state: 'member', provisional: true, members };
      if (url === '/ring') return response.end(JSON.stringify({ ...report, ...numbers }));
      return response.writeHead(503).end(JSON.stringify({ reason: 'no-lease' }));
    });
    const { out, errors } = await run(['status'], { RINGLET_SERVER: server.url });
    server.stop();
    expect([errors, out.match(/no-lease/g)?.length]).toEqual(['', 30]);
    expect(out).toMatch(/without the majority[^]*\n2 conflicts: [^]*\n3 writes made apart/);
  });

  test('is had from a server that is not there, when another is', async () => {
    expect(await run(['status', '--server', `${NOBODY},${ring.urls[2]}`])).toMatchObject({
      code: 0,
      errors: '',
    });
    expect(await run(['status', 'x'])).toMatchObject({ code: 2 });
  });
});

describe('watch', () => {
  test('tells what is written, until it is interrupted', async () => {
    const { child, ended, seen } = watch(['w/']);
    await until('it hears', async () => {
      await put('w/a');
      return seen() !== '';
    });
    await put('other');
    await fetch(`${ring.urls[0]}/objects/w/a`, { method: 'DELETE' });
    await until('it hears of the end', () => seen().includes('delete'));
    child.kill('SIGINT');
    const { code, out, errors } = await ended;
    expect([code, errors]).toEqual([130, 'Interrupted.\n']);
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}put +w\/a {2}3 bytes\n/);
    expect(out).toMatch(/delete +w\/a\n$/);
    expect(out).not.toContain('other');
  });

  test('goes on after a revision, as documents, and ends after so many', async () => {
    const since = (await put('since/0')).headers.get('ringlet-revision')!;
    await put('since/1');
    await put('since/2');
    const { code, out } = await run(['watch', 'since/', '--since', since, '--count', '2', '--json']);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect([code, events]).toEqual([
      0,
      [1, 2].map((number) => expect.objectContaining({ type: 'put', key: `since/${number}`, size: 7 })),
    ]);
    expect(await run(['watch', '--since', 'x'])).toMatchObject({ code: 2 });
  });
});

describe('conflicts', () => {
  let half: HalfServer;
  const settled: string[] = [];
  beforeAll(async () => {
    const conflict = {
      key: 'a/b',
      revision: 57,
      etag: '"57-2c"',
      size: 3,
      type: 'text/plain',
      deleted: false,
      modified: new Date(0).toISOString(),
    };
    const file = { ...conflict, key: 'file', revision: 58, holders: ['s1', 's2'] };
    half = await HalfServer.start(({ method, url }, response) => {
      if (url?.startsWith('/conflicts?'))
        return void response.end(JSON.stringify({ conflicts: [conflict, file], next: null }));
      if (url !== '/conflicts/a/b' && url !== '/conflicts/a%2Fb') {
        response.writeHead(404, { 'Content-Type': 'application/problem+json' });
        return void response.end(JSON.stringify({ status: 404, code: 'no_conflict', title: 'None.' }));
      }
      if (method === 'DELETE') return void (settled.push(url), response.writeHead(204).end());
      response
        .writeHead(200, { ETag: '"57-2c"', 'Content-Length': '3', 'Ringlet-Revision': '57' })
        .end('abc');
    });
  });
  afterAll(() => half.stop());

  test('are listed, shown and settled', async () => {
    const environment = { RINGLET_SERVER: half.url };
    const [list, documents, shown, none, nothing] = await Promise.all([
      run(['conflicts'], environment),
      run(['conflicts', 'list', 'a/', '--json'], environment),
      run(['conflicts', 'show', 'a/b'], environment),
      run(['conflicts', 'settle', 'x'], environment),
      run(['conflicts']),
    ]);
    const time = String.raw`\d{4}-\d\d-\d\d [\d:]{8}`;
    const lines = [`57  ${time}  3 bytes  all    a/b\n`, `58  ${time}  3 bytes  s1,s2  file\n`];
    expect(list.out).toMatch(new RegExp(`^${lines.join('')}$`));
    const [document] = documents.out.split('\n');
    expect(JSON.parse(document!)).toMatchObject({ key: 'a/b', revision: 57 });
    expect(shown).toEqual({ code: 0, out: 'abc', errors: '' });
    expect(none).toMatchObject({ code: 3, out: '' });
    expect(nothing).toEqual({ code: 0, out: '', errors: '' });
    const done = await run(['conflicts', 'settle', 'a/b'], environment);
    expect([done, settled.length]).toEqual([{ code: 0, out: '"a/b" is settled\n', errors: '' }, 1]);
    expect(await run(['conflicts', 'settle'], environment)).toMatchObject({ code: 2 });
  });
});

describe('leave and adopt', () => {
  test('are about one server, which has to be named', async () => {
    const both = ['--server', ring.urls.join(',')];
    const wrong = await Promise.all([
      run(['leave', 'nobody']),
      run(['adopt', 'nobody']),
      run(['leave', ...both]),
      run(['adopt', ...both]),
    ]);
    for (const { code, out, errors } of wrong)
      expect([code, out, errors]).toEqual([2, '', expect.stringMatching(/\.\n$/)]);
    expect(ring.servers).toHaveLength(3);
  });

  test('say so when there is no server that could know the named one', async () => {
    const nobody = ['--server', 'http://127.0.0.1:1'];
    const ran = await Promise.all([
      run(['leave', 'server-1', ...nobody]),
      run(['adopt', 'server-1', ...nobody]),
    ]);
    for (const { code, errors } of ran)
      expect([code, errors]).toEqual([5, expect.stringContaining('No server can be reached')]);
  });

  test('adopt lets a whole ring go on', async () => {
    expect(await run(['adopt', 'server-2'])).toEqual({
      code: 0,
      out: 'The ring goes on in the view of server-2\n',
      errors: '',
    });
    expect(await run(['adopt', '--json'])).toMatchObject({ code: 0, out: `{"adopted":"${ring.urls[0]}"}\n` });
  });

  test('leave takes the named server out of the ring', async () => {
    const last = ring.servers[2]!;
    const name = last.identity.name;
    expect(await run(['leave', name])).toEqual({
      code: 0,
      out: `${name} leaves the ring and ends\n`,
      errors: '',
    });
    await last.ended;
    ring.forget(last);
    await ring.settled();
    const { out } = await run(['leave', '--json', '--server', ring.urls[1]!]);
    expect(out).toBe('{"leaving":"server-2"}\n');
    await ring.servers[1]!.ended;
    ring.forget(ring.servers[1]!);
    await ring.settled();
  });
});

test('a token is asked for, and taken from the option or the environment', async () => {
  const own = await startRing(1, { environment: { AUTH_TOKEN: 'write', READ_TOKEN: 'read' } });
  const server = { RINGLET_SERVER: own.urls[0] };
  const file = cli.file('package.json');
  const [none, reading, writing, option] = await Promise.all([
    run(['ls'], server),
    run(['put', file], { ...server, RINGLET_TOKEN: 'read' }),
    run(['put', file], { ...server, RINGLET_TOKEN: 'write' }),
    run(['ls', '--token', 'read'], server),
  ]);
  await own.stop();
  for (const { code, out, errors } of [none, reading]) {
    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(
      /^The servers ask for another token \(127.*\): give it by --token or RINGLET_TOKEN\.\n$/,
    );
  }
  expect([writing.code, option.code]).toEqual([0, 0]);
});

test.each([
  [['ls'], ['get', 'x'], ['put', 'package.json'], ['create', 'package.json'], ['edit', 'x']],
  [['rm', 'x'], ['watch'], ['status'], ['leave'], ['adopt']],
  [['conflicts'], ['conflicts', 'show', 'x'], ['conflicts', 'settle', 'x'], ['backup', '-']],
])('Without a server, %j and its like end with one sentence and 5', async (...commands) => {
  const ran = await Promise.all(
    commands.map((words) => run([...words, '--server', NOBODY, '--timeout', '1'])),
  );
  for (const { code, out, errors } of ran)
    expect([code, out, errors]).toEqual([
      5,
      '',
      expect.stringMatching(/^No server can be reached \(.+\): [^\n]+\.\n$/),
    ]);
});
