import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  decodePacket,
  encodePacket,
  keyOf,
  PACKET_BYTES,
  type Packet,
  type Sighting,
} from '../../src/multicast/index.js';
import { Rig } from '../support/discovery/rig.js';
import type { Stranger } from '../support/discovery/stranger.js';

const SECRET = 'known to this test alone';
const NONCE = Buffer.alloc(16, 7);
const TERMS = { key: keyOf(''), ring: null };
const SECRET_TERMS = { key: keyOf(SECRET), ring: null };
const QUESTION: Packet = { kind: 'question', nonce: NONCE, sighting: null };

const rig = new Rig();

describe('a stranger', () => {
  it('gets one answer for a question, of its size, and none for anything else', async () => {
    await rig.crowd.start('a');
    await rig.crowd.agree();
    const stranger = await rig.meet();
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
    await rig.crowd.start('a');
    await rig.crowd.agree();
    const stranger = await rig.meet();
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
    await rig.crowd.start('a', { RING_SECRET: SECRET });
    await rig.crowd.agree();
    const stranger = await rig.meet();
    await stranger.send(encodePacket(QUESTION, TERMS));
    expect(await stranger.hears(700)).toEqual([]);
    await stranger.send(encodePacket(QUESTION, SECRET_TERMS));
    expect(await stranger.hears(700)).toHaveLength(1);
  });
});

/** Answers every question that is overheard, as somebody who knows this secret, for so long. */
async function deceive(
  stranger: Stranger,
  secret: string,
  nonceOf: (asked: Buffer) => Buffer,
  sighting: Sighting,
): Promise<void> {
  const key = keyOf(secret);
  for (const end = Date.now() + 2_500; Date.now() < end; await delay(20)) {
    for (const { bytes, from } of stranger.overheard.splice(0)) {
      const answer: Packet = { kind: 'answer', nonce: nonceOf(bytes.subarray(14, 30)), sighting };
      await stranger.send(encodePacket(answer, { key, ring: 'ringlet' }), from);
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
    const stranger = await rig.meet();
    const server = await rig.crowd.start('a', { RING_SECRET: SECRET });
    await deceive(stranger, '', same, lure);
    await deceive(stranger, 'guessed', same, lure);
    expect(visits).toBe(0);
    // Whoever knows it may send a server anywhere: the trap works.
    await rig.crowd.agree([server]);
    await server.kill(5_000);
    rig.crowd.launch(server);
    await deceive(stranger, SECRET, same, lure);
    expect(visits).toBeGreaterThan(0);
  });

  it('to another question than was asked makes no server dial', async () => {
    const stranger = await rig.meet();
    const server = await rig.crowd.start('a');
    await deceive(stranger, '', () => NONCE, lure);
    expect(visits).toBe(0);
    await rig.crowd.agree([server]);
  });

  it('without a secret leads to no other machine', async () => {
    const stranger = await rig.meet();
    const server = await rig.crowd.start('a', { LOG_LEVEL: 'debug' });
    await deceive(stranger, '', same, { ...lure, address: '192.0.2.9:1233' });
    await rig.crowd.agree([server]);
    expect(rig.crowd.logOf(server)).not.toContain('192.0.2.9');
  });
});
