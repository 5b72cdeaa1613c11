import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { CliProgram } from '../support/cli/cli-program.js';
import { HalfServer } from '../support/cli/half-server.js';
import { bytesAt, bytesOf, putBody } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

const MIB = 1024 * 1024;
const BODY = bytesOf(3 * MIB);
const LARGE_BYTES = 300 * MIB;
/** What the program takes by itself is a third of it. */
const MOST_MEMORY_KIB = 180 * 1024;

let cli: CliProgram;
let ring: TestRing;
let etag: string;
let file: string;
let count = 0;
const halves: HalfServer[] = [];
beforeAll(async () => {
  cli = new CliProgram();
  ring = await startRing(2);
  etag = (await putBody(`${ring.urls[0]}/objects/large`, BODY)).headers.get('etag')!;
});
afterAll(async () => {
  await ring.stop();
  cli.remove();
});
beforeEach(() => {
  file = cli.file(`file-${++count}`);
});
afterEach(() => {
  for (const half of halves.splice(0)) half.stop();
});

/** It says that it is a server of a ring, and knows only objects. `asked`: how often for one. */
async function halfServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const half = await HalfServer.start((request, response) => {
    if (request.url?.startsWith('/objects/') !== true) return void response.writeHead(404).end('{}');
    asked++;
    return answer(request, response);
  });
  halves.push(half);
  return { url: half.url, asked: () => asked };
}

function head(size: number, tag = etag): Record<string, string> {
  const modified = new Date(0).toUTCString();
  return { 'Content-Length': String(size), ETag: tag, 'Ringlet-Revision': '1', 'Last-Modified': modified };
}

/** Begins to answer, and does not go on. */
function stalling(): Promise<{ url: string }> {
  return halfServer((_request, response) => {
    response.writeHead(200, head(BODY.length));
    response.write(BODY.subarray(0, MIB));
  });
}

const leftOf = (name: string) => readdirSync(cli.directory).filter((each) => cli.file(each).startsWith(name));

function peakKiB(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

describe('a download that is ended in the middle', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s leaves nothing', async (signal) => {
    const { url } = await stalling();
    const { child, ended } = cli.start(['get', 'large', '-o', file, '--server', url]);
    await until('it is under way', () => existsSync(`${file}.part`) && statSync(`${file}.part`).size > 1000);
    child.kill(signal);
    expect(await ended).toEqual({ code: 130, out: '', errors: 'Interrupted.\n' });
    expect(leftOf(file)).toEqual([]);
  });

  test('by SIGKILL leaves the file as it was, and what it leaves is in nobody’s way', async () => {
    writeFileSync(file, 'before');
    const { url } = await stalling();
    const { child, ended } = cli.start(['get', 'large', '-o', file, '--server', url]);
    await until('it is under way', () => existsSync(`${file}.part`) && statSync(`${file}.part`).size > 1000);
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ code: 'SIGKILL' });
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(await cli.run(['get', 'large', '-o', file, '--server', ring.urls[1]!])).toMatchObject({ code: 0 });
    expect(readFileSync(file).equals(BODY)).toBe(true);
    expect(leftOf(file)).toEqual([file.slice(cli.directory.length + 1)]);
  });

  test('because its reader has gone ends without a word', async () => {
    const { child, ended } = cli.start(['get', 'large', '--server', ring.urls[0]!]);
    child.stdout!.once('data', () => child.stdout!.destroy());
    expect(await ended).toMatchObject({ code: 1, errors: '' });
  });
});

test('an upload that is interrupted stores nothing', async () => {
  const { child, ended } = cli.start(['put', '-', 'half', '--server', ring.urls[0]!], {}, null);
  child.stdin!.write(bytesOf(10 * MIB));
  await until('much of it was sent', () => child.stdin!.writableLength === 0);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, out: '' });
  expect((await fetch(`${ring.urls[0]}/objects/half`)).status).toBe(404);
});

describe('when its server is lost in the middle', () => {
  test('a download goes on at another one, and nobody notices', async () => {
    const dying = await halfServer((_request, response) => {
      response.writeHead(200, head(BODY.length));
      response.write(BODY.subarray(0, MIB), () => setTimeout(() => response.destroy(), 50));
    });
    const ran = await cli.run(['get', 'large', '-o', file, '--server', `${dying.url},${ring.urls[0]}`]);
    expect([ran, dying.asked()]).toEqual([{ code: 0, out: `3.0 MiB in ${file}\n`, errors: '' }, 1]);
    expect(readFileSync(file).equals(BODY)).toBe(true);
  });

  test('a download of what was written anew meanwhile begins anew', async () => {
    const dying = await halfServer((_request, response) => {
      response.writeHead(200, head(BODY.length, '"0-old"'));
      response.write(Buffer.alloc(MIB), () => setTimeout(() => response.destroy(), 50));
    });
    const servers = `${dying.url},${ring.urls[0]}`;
    expect(await cli.run(['get', 'large', '-o', file, '--server', servers])).toMatchObject({
      code: 0,
      errors: '',
    });
    expect(dying.asked()).toBeGreaterThan(0);
    expect(readFileSync(file).equals(BODY)).toBe(true);
  });

  test.each(['a file', 'a pipe'])(
    'an upload of %s goes on at another one, and is done once',
    async (from) => {
      const dying = await halfServer((request) => request.once('data', () => request.destroy()));
      const key = `upload-${count}`;
      writeFileSync(file, BODY);
      const servers = `${dying.url},${ring.urls[0]}`;
      const words = ['put', from === 'a file' ? file : '-', key, '--server', servers];
      expect(await cli.run(words, {}, BODY)).toMatchObject({ code: 0, errors: '' });
      expect(dying.asked()).toBe(1);
      expect((await bytesAt(`${ring.urls[1]}/objects/${key}`)).equals(BODY)).toBe(true);
    },
  );

  test('an upload that cannot be read again says so', async () => {
    const dying = await halfServer((request) => {
      let bytes = 0;
      request.on('data', ({ length }: Buffer) => (bytes += length) > 10 * MIB && request.socket.destroy());
    });
    const servers = `${dying.url},${ring.urls[0]}`;
    const ran = await cli.run(['put', '-', 'x', '--server', servers], {}, bytesOf(30 * MIB));
    expect(ran).toMatchObject({
      code: 1,
      out: '',
      errors: expect.stringMatching(/put it from a file.*\.\n$/),
    });
  });
});

(existsSync('/proc/self/status') ? describe : describe.skip)(
  'of a large object only a small part is in memory',
  () => {
    test('while it is read', async () => {
      const { url } = await halfServer((_request, response) => {
        response.writeHead(200, head(LARGE_BYTES + 1));
        const chunk = Buffer.alloc(MIB);
        const next = (left: number): void => void (left > 0 && response.write(chunk, () => next(left - 1)));
        next(LARGE_BYTES / MIB);
      });
      const { child, ended } = cli.start(['get', 'large', '-o', file, '--server', url]);
      await until(
        'most has come',
        () => existsSync(`${file}.part`) && statSync(`${file}.part`).size === LARGE_BYTES,
      );
      expect(peakKiB(child.pid!)).toBeLessThan(MOST_MEMORY_KIB);
      child.kill();
      await ended;
    });

    test('while it is stored', async () => {
      let bytes = 0;
      const { url } = await halfServer((request) =>
        request.on('data', (chunk: Buffer) => (bytes += chunk.length)),
      );
      writeFileSync(file, '');
      truncateSync(file, LARGE_BYTES);
      const { child, ended } = cli.start(['put', file, '--server', url]);
      await until('all has come', () => bytes >= LARGE_BYTES);
      expect(peakKiB(child.pid!)).toBeLessThan(MOST_MEMORY_KIB);
      child.kill();
      await ended;
    });
  },
);
