import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  decodePacket,
  encodePacket,
  keyOf,
  PACKET_BYTES,
  type Packet,
  type Sighting,
} from '../../src/multicast/index.js';
import { Crowd, Sources } from '../support/discovery/crowd.js';
import { directoryOf, untilShared } from '../support/discovery/directories.js';
import { ownGroup } from '../support/discovery/group.js';
import { Stranger } from '../support/discovery/stranger.js';

const SECRET = 'known to this test alone';
const NONCE = Buffer.alloc(16, 7);
const TERMS = { key: keyOf(''), ring: null };
const SECRET_TERMS = { key: keyOf(SECRET), ring: null };
const QUESTION: Packet = { kind: 'question', nonce: NONCE, sighting: null };

let sources: Sources;
let group: string;
let home: string;
let crowd: Crowd;
let stranger: Stranger | undefined;
beforeAll(() => {
  sources = new Sources();
});
afterAll(() => sources.remove());
beforeEach(async () => {
  group = await ownGroup();
  const { directory, programs } = sources;
  home = mkdtempSync(join(directory, 'home-'));
  crowd = new Crowd({ programs, directory: home, settings: { MULTICAST_GROUP: group } });
});
afterEach(async () => {
  stranger?.close();
  stranger = undefined;
  await crowd.end();
});

const dataOf = (name: string) => ({ DATA_DIR: join(home, `data-${name}`) });
const put = (port: number, key: string) =>
  fetch(`http://127.0.0.1:${port}/objects/${key}`, { method: 'PUT', body: key });
const get = async (port: number, key: string) =>
  (await fetch(`http://127.0.0.1:${port}/objects/${key}`)).text();

describe('servers with PEER=multicast', () => {
  it('that start together are one ring, and one that starts later joins it', async () => {
    for (const name of ['a', 'b', 'c']) await crowd.start(name);
    await crowd.agree();
    expect(crowd.foundings).toBe(1);
    expect((await put(crowd.servers[0]!.port, 'k')).status).toBe(201);
    const late = await crowd.start('d');
    await crowd.agree();
    expect(await get(late.port, 'k')).toBe('k');
    expect(crowd.foundings).toBe(1);
  });

  it('share their directories, each of which is to be read at each of them', async () => {
    for (const name of ['a', 'b', 'c']) await crowd.start(name, { FILES_DIR: directoryOf(home, name) });
    const { members } = await crowd.agree();
    await untilShared(crowd.servers);
    expect(members).toHaveLength(3);
  });

  it('come back to their ring: the founder as well, which has nothing on disk', async () => {
    const founder = await crowd.start('a');
    await crowd.agree();
    const other = await crowd.start('b');
    await crowd.agree();
    await put(founder.port, 'k');
    await founder.kill(5_000);
    await crowd.agree();
    crowd.launch(founder);
    await crowd.agree();
    expect([await get(founder.port, 'k'), await get(other.port, 'k')]).toEqual(['k', 'k']);
    expect(crowd.foundings).toBe(1);
  });

  it('with data on disk wait for their own ring, and one without waits with them', async () => {
    const first = await crowd.start('a', dataOf('a'));
    await crowd.agree();
    const second = await crowd.start('b', dataOf('b'));
    await crowd.agree();
    await put(first.port, 'k');
    await Promise.all([first, second].map((server) => server.kill(5_000)));

    crowd.launch(second);
    const fresh = await crowd.start('x');
    await delay(6_000);
    expect(crowd.foundings).toBe(1);
    crowd.launch(first);
    await crowd.agree();
    expect(await get(fresh.port, 'k')).toBe('k');
    expect(crowd.foundings).toBe(1);
  });

  it('with data on disk find their ring again when all ring addresses have changed', async () => {
    for (const name of ['a', 'b', 'c']) {
      await crowd.start(name, { ...dataOf(name), PARTITION: 'primary' });
      await crowd.agree();
    }
    const [first, ...others] = crowd.servers;
    await put(first!.port, 'k');
    await Promise.all(crowd.running.map((server) => server.kill(5_000)));
    // Two are a majority, and neither is without the other.
    for (const server of others) crowd.launch(server, { RING_PORT: '0' });
    await crowd.agree();
    expect(await get(others[0]!.port, 'k')).toBe('k');
    expect(crowd.foundings).toBe(1);
  });

  it('of two rings that were founded apart become one', async () => {
    // On groups of their own they cannot hear each other.
    const apart = { MULTICAST_GROUP: await ownGroup() };
    const first = await crowd.start('a');
    const second = await crowd.start('b', apart);
    await Promise.all([crowd.agree([first]), crowd.agree([second])]);
    expect(crowd.foundings).toBe(2);
    await put(first.port, 'k');
    await second.kill(5_000);
    crowd.launch(second, { MULTICAST_GROUP: group });
    await crowd.agree();
    expect(await get(second.port, 'k')).toBe('k');
  });

  it('of another ring, or with another secret, are left alone, and the log says so', async () => {
    const first = await crowd.start('a');
    await crowd.agree();
    const other = await crowd.start('b', { RING: 'other' });
    const stern = await crowd.start('c', { RING_SECRET: SECRET });
    await Promise.all([crowd.agree([other]), crowd.agree([stern])]);
    await crowd.agree([first]);
    expect(crowd.foundings).toBe(3);
    expect(crowd.logOf(first)).toMatch(
      /127\.0\.0\.1 asks for this ring by multicast with another RING_SECRET/,
    );
    expect(crowd.logOf(other)).not.toMatch(/another RING_SECRET/);
  });
});

describe('a stranger', () => {
  it('gets one answer for a question, of its size, and none for anything else', async () => {
    await crowd.start('a');
    await crowd.agree();
    stranger = await Stranger.at(group);
    const question = encodePacket(QUESTION, TERMS);
    await stranger.send(question);
    const [answer, ...more] = await stranger.hears(500);
    expect([answer?.bytes.length, more]).toEqual([question.length, []]);
    const decoded = decodePacket(answer!.bytes, TERMS) as Packet;
    expect(decoded).toMatchObject({
      kind: 'answer',
      sighting: { name: 'a', state: 'member', isPrimary: true },
    });
    expect(decoded.nonce.equals(NONCE)).toBe(true);

    const garbage = [
      Buffer.alloc(0),
      question.subarray(0, -1),
      Buffer.concat([question, Buffer.from('x')]),
      Buffer.alloc(PACKET_BYTES, 1),
      Buffer.alloc(9_000),
      encodePacket(
        { ...QUESTION, kind: 'answer', sighting: decoded.sighting },
        { ...TERMS, ring: 'ringlet' },
      ),
      encodePacket(QUESTION, SECRET_TERMS),
      encodePacket(QUESTION, { ...TERMS, ring: 'other' }),
    ];
    for (const bytes of garbage) await stranger.send(bytes);
    expect(await stranger.hears(500)).toEqual([]);
    await stranger.send(question);
    expect(await stranger.hears(500)).toHaveLength(1);
  });

  it('gets no more than so many answers, however often it asks', async () => {
    await crowd.start('a');
    await crowd.agree();
    stranger = await Stranger.at(group);
    const question = encodePacket(QUESTION, TERMS);
    const begun = performance.now();
    let asked = 0;
    // Not faster than the system hands them over.
    for (; performance.now() - begun < 3_000; await delay(5))
      for (let count = 0; count < 10; count++, asked++) await stranger.send(question);
    await delay(200);
    const seconds = (performance.now() - begun) / 1000;
    expect(asked).toBeGreaterThan(300 * seconds);
    expect(stranger.got.length).toBeGreaterThan(10);
    expect(stranger.got.length).toBeLessThanOrEqual(100 * (1 + seconds));
  });

  it('without the secret gets no answer from those that have one', async () => {
    await crowd.start('a', { RING_SECRET: SECRET });
    await crowd.agree();
    stranger = await Stranger.at(group);
    await stranger.send(encodePacket(QUESTION, TERMS));
    expect(await stranger.hears(700)).toEqual([]);
    await stranger.send(encodePacket(QUESTION, SECRET_TERMS));
    expect(await stranger.hears(700)).toHaveLength(1);
  });
});

/** Answers every question that is overheard, as somebody who knows this secret, for so long. */
async function deceive(
  secret: string,
  nonceOf: (asked: Buffer) => Buffer,
  sighting: Sighting,
): Promise<void> {
  const key = keyOf(secret);
  for (const end = Date.now() + 2_500; Date.now() < end; await delay(20)) {
    for (const { bytes, from } of stranger!.overheard.splice(0)) {
      const answer: Packet = { kind: 'answer', nonce: nonceOf(bytes.subarray(14, 30)), sighting };
      await stranger!.send(encodePacket(answer, { key, ring: 'ringlet' }), from);
    }
  }
}
const same = (asked: Buffer): Buffer => asked;

describe('a forged answer', () => {
  let trap: Server;
  let visits: number;
  let lure: Sighting;
  beforeEach(async () => {
    visits = 0;
    trap = createServer((socket) => {
      visits++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(trap, 'listening');
    const { port } = trap.address() as { port: number };
    lure = {
      ring: 'ringlet',
      ringId: 9,
      id: 9,
      name: 'trap',
      url: 'http://127.0.0.1:1',
      address: `127.0.0.1:${port}`,
      priority: 1,
      state: 'member',
      isPrimary: true,
      isEmpty: false,
    };
  });
  afterEach(() => void trap.close());

  it('of somebody without the secret makes no server dial', async () => {
    stranger = await Stranger.at(group);
    const server = await crowd.start('a', { RING_SECRET: SECRET });
    await deceive('', same, lure);
    await deceive('guessed', same, lure);
    expect(visits).toBe(0);
    // Whoever knows it may send a server anywhere: the trap works.
    await crowd.agree([server]);
    await server.kill(5_000);
    crowd.launch(server);
    await deceive(SECRET, same, lure);
    expect(visits).toBeGreaterThan(0);
  });

  it('to another question than was asked makes no server dial', async () => {
    stranger = await Stranger.at(group);
    const server = await crowd.start('a');
    await deceive('', () => NONCE, lure);
    expect(visits).toBe(0);
    await crowd.agree([server]);
  });

  it('without a secret leads to no other machine', async () => {
    stranger = await Stranger.at(group);
    const server = await crowd.start('a', { LOG_LEVEL: 'debug' });
    await deceive('', same, { ...lure, address: '192.0.2.9:1233' });
    await crowd.agree([server]);
    expect(crowd.logOf(server)).not.toContain('192.0.2.9');
  });
});
