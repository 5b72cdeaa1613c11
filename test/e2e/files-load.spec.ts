import { renameSync, truncateSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { bytesOf } from '../support/rings/large.js';
import { type Sharer, SharingRing } from '../support/rings/sharing-ring.js';
import { until } from '../support/rings/until.js';

const CLIENTS = 200;
const SMALL = bytesOf(40_000, 'small');
const LARGE = bytesOf(600_000, 'large');
const LARGE_PIECES = 3;

let ring: SharingRing;
let other: Sharer;
let holder: Sharer;

beforeAll(async () => {
  ring = new SharingRing(2);
  [other, holder] = ring.sharers as [Sharer, Sharer];
  for (const at of ['holder', 'other']) {
    holder.write(`small ${at}`, SMALL);
    holder.write(`large ${at}`, LARGE);
  }
  await ring.start();
  await until('all is listed', async () => (await other.list()).length === 4);
});
afterAll(() => ring.end());

/** Many clients at once, each with a connection of its own. */
async function readByAll(sharer: Sharer, key: string): Promise<Buffer[]> {
  const agent = new Agent({ maxSockets: CLIENTS });
  const bodies = await Promise.all(
    Array.from({ length: CLIENTS }, () => bodyAt(sharer.url(encodeURIComponent(key)), agent)),
  );
  agent.destroy();
  return bodies;
}

/** An answer that has begun breaks off when the file changes. */
function readOrNothing(key: string): Promise<string> {
  return other.read(key).catch(() => '');
}

function bodyAt(url: string, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject).on('end', () => resolve(Buffer.concat(chunks)));
    }).on('error', reject);
  });
}

test('A file that was read and told of is not looked at again for that', async () => {
  const alone = new SharingRing(1);
  const [sharer] = alone.sharers as [Sharer];
  try {
    for (let number = 0; number < 20; number++) sharer.write(String(number), SMALL);
    await alone.start();
    const metrics = async () => (await fetch(`${sharer.home.url}/metrics`)).text();
    await until('all is told', async () => (await sharer.list()).length === 20);
    await until('nothing is left', async () => (await metrics()).includes('ringlet_shared_files_waiting 0'));
    expect(sharer.looksAgain).toBe(0);
  } finally {
    await alone.end();
  }
});

describe('200 clients that read one cold file at once', () => {
  test.each([
    ['small holder', SMALL, 1],
    ['large holder', LARGE, LARGE_PIECES],
  ])('at its holder (%s) get each byte, and the disk is read once', async (key, body, pieces) => {
    const before = holder.pieces;
    for (const got of await readByAll(holder, key)) expect(got.equals(body)).toBe(true);
    expect(holder.pieces - before).toBe(pieces);
  });

  test.each([
    ['small other', SMALL, 1],
    ['large other', LARGE, LARGE_PIECES],
  ])('through another server (%s) get each byte, and the disk is read once', async (key, body, pieces) => {
    const before = holder.pieces;
    for (const got of await readByAll(other, key)) expect(got.equals(body)).toBe(true);
    expect(holder.pieces - before).toBe(pieces);
  });
});

describe('a file that is replaced again and again', () => {
  test.each([
    ['at its holder', () => holder],
    ['through another server', () => other],
  ])('is read %s as one of its versions or not at all', async (where, at) => {
    const key = `replaced-${where.length}`;
    const versions = Array.from({ length: 5 }, (_, index) => bytesOf(600_000, `version ${index}`));
    const isVersion = (body: Buffer) => versions.some((version) => version.equals(body));
    holder.write(key, versions[0]!);
    await until('it is listed', async () => (await other.list(`&prefix=${key}`)).length === 1);
    const seen = { isOver: false, whole: 0, refused: 0, cut: 0 };
    const readers = Array.from({ length: 8 }, async () => {
      while (!seen.isOver) {
        try {
          const answer = await at().get(key);
          const body = Buffer.from(await answer.arrayBuffer());
          if (answer.status !== 200) seen.refused++;
          else if (isVersion(body)) seen.whole++;
          else throw new Error('a mixture');
        } catch (error) {
          if ((error as Error).message === 'a mixture') throw error;
          seen.cut++;
        }
      }
    });
    for (const [index, version] of versions.entries()) {
      // Half of them in the place of the file that is being read, which is worse than to replace it.
      if (index % 2 === 0) writeFileSync(holder.path(key), version);
      else {
        writeFileSync(holder.path(`.${key}`), version);
        renameSync(holder.path(`.${key}`), holder.path(key));
      }
      await until('the version is shared', async () => (await readOrNothing(key)) === version.toString());
    }
    seen.isOver = true;
    await Promise.all(readers);
    expect(seen.whole).toBeGreaterThan(0);
  });

  test('has no answer of a wrong length when it shrinks or vanishes', async () => {
    holder.write('shrinks', LARGE);
    await until('it is listed', async () => (await other.list('&prefix=shrinks')).length === 1);
    truncateSync(holder.path('shrinks'), 300_000);
    const answer = await holder.get('shrinks');
    const bytes = await answer.arrayBuffer().catch(() => null);
    expect(answer.status === 200 && bytes?.byteLength === LARGE.length).toBe(false);
    await until(
      'it is as it is by now',
      async () => (await readOrNothing('shrinks')) === LARGE.subarray(0, 300_000).toString(),
    );
    holder.remove('shrinks');
    await ring.reads('shrinks', '404');
  });
});
