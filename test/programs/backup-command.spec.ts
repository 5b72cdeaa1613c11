import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { backupOf } from '../../src/cli/testing/backups.js';
import { CliProgram } from '../support/cli/cli-program.js';
import { HalfServer } from '../support/cli/half-server.js';
import { readBackup } from '../support/cli/read-backup.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';
import { CERT, KEY } from '../support/tls/index.js';

const MIB = 1024 * 1024;
const NOBODY = 'http://127.0.0.1:1';

let cli: CliProgram;
let file: string;
let count = 0;
beforeAll(() => {
  cli = new CliProgram();
});
afterAll(() => cli.remove());
beforeEach(() => {
  file = cli.file(`backup-${++count}`);
});

const OBJECTS: readonly { key: string; body: Buffer; headers: Record<string, string> }[] = [
  { key: 'plain', body: Buffer.from('text'), headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
  { key: 'empty', body: Buffer.alloc(0), headers: {} },
  { key: 'a/../b//ü ?#%', body: Buffer.from('\n{}\n'), headers: { 'Object-Meta-By': 'caf\u00E9' } },
  { key: 'large', body: bytesOf(3 * MIB + 7), headers: { 'Object-Meta-A': '1', 'Object-Meta-B': '2' } },
  { key: 'mortal', body: Buffer.from('x'), headers: { 'X-TTL': '1000' } },
];
const urlOf = (url: string, key: string) => `${url}/objects/${encodeURIComponent(key)}`;

async function putAll(url: string): Promise<void> {
  for (const { key, body, headers } of OBJECTS) await putBody(urlOf(url, key), body, { headers });
  await putBody(urlOf(url, 'gone'), Buffer.from('x'));
  await fetch(urlOf(url, 'gone'), { method: 'DELETE' });
}

async function keysAt(url: string): Promise<string[]> {
  const { objects } = (await (await fetch(`${url}/objects`)).json()) as { objects: { key: string }[] };
  return objects.map(({ key }) => key);
}

async function headersAt(url: string, key: string): Promise<Record<string, string>> {
  const { headers } = await fetch(urlOf(url, key), { method: 'HEAD' });
  const kept = [...headers].filter(([name]) => name === 'content-type' || name.startsWith('object-meta-'));
  return Object.fromEntries(kept);
}

describe('backup and restore', () => {
  let ring: TestRing;
  let other: TestRing;
  beforeAll(async () => {
    ring = await startRing(2);
    other = await startRing(2);
    await putAll(ring.urls[1]!);
  });
  afterAll(async () => {
    await ring.stop();
    await other.stop();
  });

  test('bring every object into an empty ring, with all that is kept of it', async () => {
    const [from, to] = [ring.urls[0]!, other.urls[1]!];
    const taken = await cli.run(['backup', file, '--json'], { RINGLET_SERVER: `${NOBODY},${from}` });
    expect(taken).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(taken.out)).toMatchObject({ file, bytes: statSync(file).size });
    expect([existsSync(`${file}.part`), statSync(file).mode % 0o1000]).toEqual([false, 0o600]);

    const restored = await cli.run(['--server', `${NOBODY},${to}`, 'restore', file]);
    expect(restored).toMatchObject({ code: 0, errors: '' });
    expect(restored.out).toMatch(/^5 objects, 3.0 MiB, restored from .*\n$/);
    expect(await keysAt(to)).toEqual(OBJECTS.map(({ key }) => key).toSorted());
    for (const { key, body } of OBJECTS) {
      expect((await bytesAt(urlOf(to, key))).equals(body)).toBe(true);
      expect(await headersAt(to, key)).toEqual(await headersAt(from, key));
    }
    const { headers } = await fetch(urlOf(to, 'mortal'));
    expect(Number(headers.get('x-ttl'))).toBeLessThan(1000);
    expect(Number(headers.get('x-ttl'))).toBeGreaterThan(900);
  });

  test('see a ring that has nothing but bundles as one that has objects', async () => {
    const alone = await startRing(1);
    try {
      const [server] = alone.urls as [string];
      await fetch(`${server}/bundles/car?missing=allowed`, {
        method: 'PUT',
        body: '{"parts":[{"key":"wheel"}]}',
      });
      expect(await cli.run(['backup', file, '--server', server])).toMatchObject({ code: 0 });
      expect(await cli.run(['restore', file, '--server', server])).toMatchObject({ code: 4, out: '' });
      expect(await cli.run(['restore', file, '--server', server, '--merge'])).toMatchObject({ code: 0 });
    } finally {
      await alone.stop();
    }
  });

  test('write over nothing unless they are told to', async () => {
    const server = ring.urls[0]!;
    expect(await cli.run(['backup', file, '--server', server])).toMatchObject({ code: 0 });
    expect(await cli.run(['backup', file, '--server', server])).toMatchObject({ code: 4, out: '' });
    expect(await cli.run(['backup', file, '--server', server, '--force'])).toMatchObject({ code: 0 });

    await putBody(urlOf(server, 'plain'), Buffer.from('written since'));
    await putBody(urlOf(server, 'new'), Buffer.from('new'));
    const refused = await cli.run(['restore', file, '--server', server]);
    expect(refused).toMatchObject({ code: 4, out: '' });
    expect(refused.errors).toMatch(/^The ring has objects already, .* --merge .*\.\n$/);
    expect(String(await bytesAt(urlOf(server, 'plain')))).toBe('written since');

    expect(await cli.run(['restore', file, '--server', server, '--merge'])).toMatchObject({ code: 0 });
    expect(String(await bytesAt(urlOf(server, 'plain')))).toBe('text');
    expect(String(await bytesAt(urlOf(server, 'new')))).toBe('new');
    await putBody(urlOf(server, 'plain'), Buffer.from('again'));
    expect(await cli.run(['restore', file, '--server', server, '--merge'])).toMatchObject({ code: 0 });
    expect(String(await bytesAt(urlOf(server, 'plain')))).toBe('text');
  });

  test('a backup can go down a pipe', async () => {
    const { code, out, errors } = await cli.run(['backup', '-', '--json', '--server', ring.urls[0]!]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\{"ringlet":"backup","format":1,"ring":"ringlet",/);
    expect(JSON.parse(errors)).toMatchObject({ file: '-' });
  });
});

describe('a restore', () => {
  let ring: TestRing;
  beforeEach(async () => {
    ring = await startRing(1);
  });
  afterEach(() => ring.stop());

  test('of a file that is not whole or not right writes nothing', async () => {
    const whole = backupOf([
      { key: 'a', body: 'one' },
      { key: 'b', body: 'two' },
    ]);
    const flipped = Buffer.from(whole);
    flipped[whole.indexOf('two')]! ^= 1;
    const bad = [
      whole.subarray(0, -1),
      whole.subarray(0, 100),
      Buffer.alloc(0),
      flipped,
      Buffer.from('hello\n'),
    ];
    for (const bytes of bad) {
      writeFileSync(file, bytes);
      const { code, out, errors } = await cli.run(['restore', file, '--server', ring.urls[0]!]);
      expect([code, out]).toEqual([1, '']);
      expect(errors).toMatch(/nothing was restored: take another backup file\.\n$/);
      expect(await keysAt(ring.urls[0]!)).toEqual([]);
    }
    expect(await cli.run(['restore', cli.file('none')])).toMatchObject({ code: 3 });
  });

  test('leaves out what has no time to live left', async () => {
    writeFileSync(file, backupOf([{ key: 'over', expires: 1000 }, { key: 'a' }]));
    const { code, out } = await cli.run(['restore', file, '--server', ring.urls[0]!]);
    expect([code, out]).toEqual([
      0,
      `1 object, 0 bytes, restored from ${file}; 1 object had no time to live left\n`,
    ]);
    expect(await keysAt(ring.urls[0]!)).toEqual(['a']);
  });

  test('leaves out what is the ring’s own, and says so', async () => {
    writeFileSync(file, backupOf([{ key: '\u0000conflicts/a', body: 'x' }, { key: 'a' }]));
    const { code, errors } = await cli.run(['restore', file, '--server', ring.urls[0]!]);
    expect([code, errors]).toEqual([
      0,
      '1 record of the ring itself (conflicts) cannot be restored and stay in the file.\n',
    ]);
    expect(await keysAt(ring.urls[0]!)).toEqual(['a']);
  });

  test('goes on when servers cannot, or break off with the answer on its way', async () => {
    let asked = 0;
    const flaky = await HalfServer.start((request, response) => {
      if (request.url === '/ring') return void response.writeHead(404).end();
      const body: Buffer[] = [];
      request.on('data', (chunk: Buffer) => body.push(chunk));
      request.on('end', () => {
        const number = ++asked;
        if (number % 3 === 0) return void response.writeHead(503).end();
        const { method = '', headers, url = '' } = request;
        const token = String(headers['idempotency-key'] ?? '');
        const init =
          method === 'PUT'
            ? { method, body: Buffer.concat(body), headers: { 'Idempotency-Key': token } }
            : {};
        void fetch(ring.urls[0]! + url, init).then(async (answer) => {
          if (number % 3 === 1 && method === 'PUT') return response.destroy();
          return response.writeHead(answer.status).end(await answer.text());
        });
      });
    });
    const records = Array.from({ length: 60 }, (_, index) => ({ key: `k${index}`, body: `${index}` }));
    writeFileSync(file, backupOf(records));
    const { code, errors } = await cli.run(['restore', file, '--server', flaky.url]);
    flaky.stop();
    expect([code, errors]).toEqual([0, '']);
    expect(asked).toBeGreaterThan(80);
    expect((await keysAt(ring.urls[0]!)).length).toBe(60);
  });

  test('ends at what no server takes, and says how far it came', async () => {
    writeFileSync(file, backupOf([{ key: 'a' }, { key: 'bad', type: 'x'.repeat(2000) }]));
    const { code, errors } = await cli.run(['restore', file, '--server', ring.urls[0]!]);
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^"bad" was not restored: 127\.0\.0\.1:\d+ refused PUT \/objects\/bad \(400\): The Content-Type is too long\. Only 1 of 2 /,
    );
  });
});

describe('a backup that does not come through', () => {
  const beginning = backupOf([{ key: 'a', body: 'x'.repeat(MIB) }]).subarray(0, MIB / 2);

  /** Ends a backup by a signal while it is under way; its exit code. */
  async function endBy(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    const silent = await HalfServer.start((_request, response) => void response.write(beginning));
    const { child, ended } = cli.start(['backup', file, '--server', silent.url]);
    await until('it is under way', () => existsSync(`${file}.part`) && statSync(`${file}.part`).size > 1000);
    child.kill(signal);
    const { code } = await ended;
    silent.stop();
    return code;
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('because of %s leaves nothing', async (signal) => {
    expect(await endBy(signal)).toBe(130);
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  });

  test('because it was killed leaves no half file, and what it leaves is in nobody’s way', async () => {
    expect(await endBy('SIGKILL')).toBe('SIGKILL');
    expect(existsSync(file)).toBe(false);
    const whole = await HalfServer.start((_request, response) => response.end(backupOf([{ key: 'a' }])));
    expect(await cli.run(['backup', file, '--server', whole.url])).toMatchObject({ code: 0 });
    whole.stop();
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([true, false]);
  });

  test('from one server is begun anew at the next', async () => {
    const dying = await HalfServer.start((_request, response) => {
      response.write(beginning, () => response.destroy());
    });
    const damaging = await HalfServer.start((_request, response) => {
      const backup = backupOf([{ key: 'a', body: 'abc' }]);
      backup[backup.indexOf('abc')]! ^= 1;
      response.end(backup);
    });
    const whole = await HalfServer.start((_request, response) => response.end(backupOf([{ key: 'b' }])));
    const servers = [dying, damaging, whole];
    const words = ['backup', file, '--server', servers.map(({ url }) => url).join(',')];
    expect(await cli.run(words)).toMatchObject({ code: 0, errors: '' });
    expect([...readBackup(readFileSync(file)).objects.keys()]).toEqual(['b']);
    const failed = await cli.run(['backup', file, '--force', '--server', `${dying.url},${damaging.url}`]);
    for (const server of servers) server.stop();
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.errors).toMatch(/did not come through \(.*\): try again, or at another server\.\n$/);
    expect([...readBackup(readFileSync(file)).objects.keys()]).toEqual(['b']);
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});

describe('the exit code and the sentence', () => {
  test.each([
    [[], 2, /^Usage: ringlet/],
    [['backup'], 2, /^Missing required argument 'file'; see ringlet --help\.\n$/],
    [['backpu', 'x'], 2, /^Unknown command 'backpu' \(Did you mean backup\?\); see ringlet --help\.\n$/],
    [['backup', 'x', '--server', 'ftp://x'], 2, /^"ftp:\/\/x" is no server: give its URL, .*\.\n$/],
    [['backup', '/none/x', '--server', NOBODY], 1, /^\/none\/x\.part cannot be written \(ENOENT\): .*\.\n$/],
  ])('of %j', async (words, code, errors) => {
    expect(await cli.run(words)).toEqual({ code, out: '', errors: expect.stringMatching(errors) });
  });

  test('tell when no server can be reached, without waiting for as long as a ring may need', async () => {
    writeFileSync(file, backupOf([]));
    const begun = performance.now();
    const all = await Promise.all([
      cli.run(['backup', file, '--force'], { RINGLET_SERVER: NOBODY }),
      cli.run(['restore', file], { RINGLET_SERVER: NOBODY }),
    ]);
    for (const { code, errors } of all) {
      expect([code, errors]).toEqual([
        5,
        'No server can be reached (127.0.0.1:1: ECONNREFUSED): start one, or say where one is by --server URL.\n',
      ]);
    }
    expect(performance.now() - begun).toBeLessThan(9000);
    expect(readFileSync(file)).toEqual(backupOf([]));
  });

  test('tell that a certificate is not trusted, until it is', async () => {
    const ring = await startRing(1, { environment: { TLS_CERT: CERT, TLS_KEY: KEY } });
    const words = ['backup', file, '--server', ring.urls[0]!];
    const refused = await cli.run([...words, '--timeout', '1']);
    expect(refused).toMatchObject({ code: 5, errors: expect.stringMatching(/ by NODE_EXTRA_CA_CERTS\.\n$/) });
    expect(await cli.run(words, { NODE_EXTRA_CA_CERTS: CERT })).toMatchObject({ code: 0, errors: '' });
    expect(await cli.run(['restore', ...words.slice(1)], { NODE_EXTRA_CA_CERTS: CERT })).toMatchObject({
      code: 0,
    });
    await ring.stop();
  });

  test('tell that a token is wanted, and the right one does', async () => {
    const ring = await startRing(1, { environment: { AUTH_TOKEN: 'write', READ_TOKEN: 'read' } });
    const server = ring.urls[0]!;
    const without = await cli.run(['backup', file, '--server', server]);
    expect(without).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/--token or RINGLET_TOKEN\.\n$/),
    });
    expect(await cli.run(['backup', file, '--server', server], { RINGLET_TOKEN: 'read' })).toMatchObject({
      code: 0,
    });
    writeFileSync(file, backupOf([{ key: 'a' }]));
    expect(await cli.run(['restore', file, '--server', server, '--token', 'read'])).toMatchObject({
      code: 1,
    });
    expect(await cli.run(['restore', file, '--server', server, '--token', 'write'])).toMatchObject({
      code: 0,
    });
    await ring.stop();
  });
});
