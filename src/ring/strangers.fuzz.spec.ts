import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { encodeMessages } from '../replication/codec/index.js';
import { type LinkId, ORDINARY } from '../replication/index.js';
import { encodeFrame, FrameType } from './frame.js';
import type { Identity } from './handshake.js';
import { Endpoint } from './testing/endpoint.js';
import { batch, Stranger } from './testing/stranger.js';
import { Warnings } from './testing/warnings.js';
import { SETTINGS } from './testing/settings.js';

/** RINGLET_FUZZ_FRAMES=1000000 for the whole of it, RINGLET_FUZZ_SEED to see a failure again. */
const FRAMES = Number(process.env['RINGLET_FUZZ_FRAMES'] ?? 3_000);
const SEED = Number(process.env['RINGLET_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const AT_ONCE = 8;
const MEMBERS_ID = 99;
const ROUND = 100;

let state = SEED;

/** A whole number from 0 to below `span` (mulberry32). */
function random(span: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) % span;
}

function noise(maxBytes: number): Buffer {
  return Buffer.from(Array.from({ length: 1 + random(maxBytes) }, () => random(256)));
}

function mutated(bytes: Buffer): Buffer {
  for (let times = 1 + random(3); times > 0; times--) bytes[random(bytes.length)]! ^= 1 + random(255);
  return bytes.subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length);
}

const view = { number: 1, proposer: MEMBERS_ID };
const real = encodeMessages([
  { kind: 'watermark', view, revision: 7 },
  {
    kind: 'heartbeat',
    view,
    lap: 1,
    stamps: [1, 2, 3],
    echo: [],
    room: 0,
    roomEcho: 0,
    leavers: [],
    leaversEcho: [],
    kept: 0,
    keptEcho: 0,
    loads: [],
    loadsEcho: [],
  },
  { kind: 'lookup', view, asker: MEMBERS_ID, key: 'key', revision: 3, span: null },
]);

/** Frames of those that have proved nothing. */
const strange: readonly (() => Buffer)[] = [
  () => noise(200),
  () => encodeFrame((random(6) as FrameType) || FrameType.hello, random(3), noise(200)),
  () =>
    mutated(
      encodeFrame(FrameType.hello, 0, Buffer.concat([noise(31), Buffer.alloc(32), Buffer.from('ringlet')])),
    ),
  () => Buffer.concat([encodeFrame(FrameType.hello, 0, Buffer.alloc(32)), noise(100)]),
  () => Buffer.concat([hello(), encodeFrame(FrameType.proof, 0, noise(200))]),
  () => Buffer.concat([hello(), mutated(batch(1, real))]),
];
/** Frames of one that has proved the secret and lost its mind. */
const mad: readonly (() => Buffer)[] = [
  () => mutated(batch(1, real)),
  () => batch(1, mutated(Buffer.from(real))),
  () => batch(1, noise(300)),
  () => batch(random(5) + 2, real),
  () => Buffer.concat([batch(1, noise(20)), noise(50)]),
];

function hello(): Buffer {
  return encodeFrame(FrameType.hello, 0, Buffer.concat([Buffer.alloc(32, 1), Buffer.from('ringlet')]));
}

function pick<T>(from: readonly T[]): T {
  return from[random(from.length)]!;
}

let target: Endpoint;
let neighbour: Endpoint;
let link: LinkId;

beforeEach(async () => {
  Warnings.catch();
  target = await new Endpoint(1, { secret: 'sesame' }).listen();
  neighbour = await new Endpoint(2, { secret: 'sesame' }).listen();
  neighbour.links.dial(target.address);
  link = (await neighbour.next('linked')).link;
  await target.next('accepted');
});

afterEach(async () => {
  await Promise.all([target.close(), neighbour.close()]);
});

/** From an address of its own each time, or it would soon be dropped without a look. */
async function attack(): Promise<void> {
  const stranger = new Stranger(target.port, `127.${1 + random(200)}.${random(256)}.${1 + random(254)}`);
  const isMember = random(4) === 0;
  if (isMember) await stranger.prove(madOne());
  await stranger
    .write(pick(isMember ? mad : strange)())
    .end()
    .said();
}

function madOne(): Identity {
  const where = { url: 'http://127.0.0.1:1', ring: '127.0.0.1:1' };
  const self = { id: MEMBERS_ID, name: 'mad', ...where, priority: 0, durable: false, ...ORDINARY, was: 0 };
  return { ring: 'ringlet', secret: 'sesame', self, settings: SETTINGS };
}

async function attackTimes(times: number): Promise<void> {
  let left = times;
  const attackers = Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) await attack();
  });
  await Promise.all(attackers);
}

/** Whether the link that was there before still carries what is sent on it, and who else has come in meanwhile. */
async function check(round: number): Promise<{ readonly strangers: number; readonly disturbed: number }> {
  neighbour.links.send(link, { kind: 'probe', stamp: 1_000 + round });
  neighbour.links.flush();
  let found = false;
  while (!found) {
    const { messages } = await target.next('frames');
    found = messages.some((message) => message.kind === 'probe' && message.stamp === 1_000 + round);
  }
  const others = target.heard.filter((input) => input.kind === 'accepted' && input.peer.id !== MEMBERS_ID);
  target.heard.length = 0;
  return { strangers: others.length, disturbed: neighbour.heard.length };
}

describe(`${FRAMES} random and mutated frames (seed ${SEED})`, () => {
  it('neither crash a server nor disturb its other link', async () => {
    for (let sent = 0; sent < FRAMES; sent += ROUND) {
      await attackTimes(ROUND);
      expect(await check(sent)).toEqual({ strangers: 0, disturbed: 0 });
    }
  }, 3_600_000);
});
