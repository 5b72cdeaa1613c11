import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { encodeMessages } from '../replication/codec/index.js';
import { type BlobPiece, type LinkId, type Message, PIECE_BYTES, ORDINARY } from '../replication/index.js';
import type { Identity } from './handshake.js';
import { Endpoint } from './testing/endpoint.js';
import { Middle } from './testing/middle.js';
import { SETTINGS } from './testing/settings.js';
import { batch, Stranger } from './testing/stranger.js';
import { Warnings } from './testing/warnings.js';

const view = { number: 1, proposer: 1 };
const bytes = Buffer.alloc(PIECE_BYTES, 'piece');
const PATIENCE = 10;
/** Short, for those who wait for its end, but long enough for a handshake on a busy machine. */
const DEADLINE_MS = 150;
const REFUSED_FOR_NO_LINK = 8;

const endpoints: Endpoint[] = [];
const middles: Middle[] = [];
let warnings: Warnings;

type Settings = ConstructorParameters<typeof Endpoint>[1];

async function endpoint(id: number, settings: Settings): Promise<Endpoint> {
  const made = await new Endpoint(id, settings).listen();
  endpoints.push(made);
  return made;
}

/** Two endpoints, the two ends of a link between them, and what stands between them. */
async function pair(settings: Settings = {}) {
  const [a, b] = [await endpoint(1, settings), await endpoint(2, settings)];
  const middle = await Middle.before(b.port);
  middles.push(middle);
  a.links.dial(middle.address);
  const [{ link: atA }, { link: atB }] = await Promise.all([a.next('linked'), b.next('accepted')]);
  return { a, b, atA, atB, middle };
}

function probe(stamp: number): Message {
  return { kind: 'probe', stamp };
}

function piece(index: number, body: Uint8Array = bytes): BlobPiece {
  return { kind: 'blob-piece', view, source: 1, blob: 1, index, bytes: body, digest: '' };
}

function pieces(count: number): BlobPiece[] {
  return Array.from({ length: count }, (_, index) => piece(index));
}

function send(from: Endpoint, link: LinkId, messages: readonly Message[]): void {
  for (const message of messages) from.links.send(link, message);
  from.links.flush();
}

async function receive(at: Endpoint, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) messages.push(...(await at.next('frames')).messages);
  return messages;
}

/** Which of them came, in their order. */
function indexesOf(messages: readonly Message[]): number[] {
  return messages.flatMap((message) => (message.kind === 'blob-piece' ? [message.index] : []));
}

function someone(id: number): Identity {
  const where = { url: 'http://127.0.0.1:1', ring: '127.0.0.1:1' };
  const self = { id, name: `s${id}`, ...where, priority: 0, durable: false, ...ORDINARY, was: 0 };
  return { ring: 'ringlet', secret: '', self, settings: SETTINGS };
}

/** That a bulk lane of this server, for its link of this number, is refused. From an address of its own: it is said once. */
async function refused(target: Endpoint, id: number, link: number): Promise<void> {
  const foreign = new Stranger(target.port, `127.0.${link}.${id}`);
  await foreign.prove(someone(id), { lane: 'bulk', link });
  expect((await foreign.said()).at(-1)).toBe(REFUSED_FOR_NO_LINK);
  expect(await warnings.next()).toMatch(/was refused: its bulk lane belongs to no link that is open here$/);
}

beforeEach(() => {
  warnings = Warnings.catch();
});

afterEach(async () => {
  await Promise.all(endpoints.splice(0).map((each) => each.close()));
  for (const middle of middles.splice(0)) middle.close();
});

describe('the bulk lane', () => {
  it('is there from the first piece on, and part of the same link', async () => {
    const { a, b, atA, atB, middle } = await pair();
    send(a, atA, [probe(1)]);
    await b.next('frames');
    expect(middle.passages).toHaveLength(1);
    send(a, atA, pieces(3));
    expect(await b.next('frames')).toEqual({ kind: 'frames', link: atB, messages: [piece(0)] });
    expect(indexesOf(await receive(b, 2))).toEqual([1, 2]);
    expect(middle.passages).toHaveLength(2);
    expect([...a.heard, ...b.heard]).toEqual([]);
  });

  it('carries every byte, and hands over no more memory than that', async () => {
    const { a, b, atA } = await pair();
    const bodies = [PIECE_BYTES, 100_000, 40_000, 1, 0].map((length, at) =>
      Buffer.alloc(length, `body ${at}`),
    );
    send(
      a,
      atA,
      bodies.map((body, index) => piece(index, body)),
    );
    const received = (await receive(b, bodies.length)) as BlobPiece[];
    expect(received.map((each) => Buffer.from(each.bytes).equals(bodies[each.index]!))).toEqual(
      Array(5).fill(true),
    );
    for (const { bytes: body } of received.slice(0, 2)) {
      expect(body.buffer.byteLength - body.length).toBeLessThan(100);
    }
  });

  it('delays no record, however much waits for a slow reader', async () => {
    const { a, b, atA, middle } = await pair({ sendBufferBytes: 2 ** 20 });
    send(a, atA, [piece(0)]);
    await b.next('frames');
    middle.passages[1]!.hold();
    const before = process.memoryUsage().arrayBuffers;
    send(a, atA, pieces(400).slice(1));
    for (let stamp = 0; stamp < 20; stamp++) {
      send(a, atA, [probe(stamp)]);
      expect((await b.next('frames')).messages).toEqual([probe(stamp)]);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
    middle.passages[1]!.release();
    expect(indexesOf(await receive(b, 399))).toEqual(
      pieces(400)
        .slice(1)
        .map(({ index }) => index),
    );
  });

  it('lets records pass between its pieces', async () => {
    const { a, b, atA, atB } = await pair();
    send(a, atA, pieces(400));
    await b.next('frames');
    send(b, atB, [probe(1)]);
    await a.next('frames');
    send(a, atA, [probe(2)]);
    let before = 0;
    while ((await b.next('frames')).messages[0]!.kind === 'blob-piece') before++;
    expect(before).toBeLessThan(300);
  });

  it('lets pieces leave before a hangup, though it is not open yet', async () => {
    const { a, b, atA, atB } = await pair();
    send(a, atA, [probe(1), ...pieces(40)]);
    a.links.hangup(atA);
    send(a, atA, [piece(40), probe(2)]);
    await Promise.all([a.next('closed'), b.next('closed')]);
    const frames = b.heard.flatMap((input) => (input.kind === 'frames' ? [input] : []));
    expect(new Set(frames.map(({ link }) => link))).toEqual(new Set([atB]));
    const messages = frames.flatMap((input) => input.messages);
    expect(indexesOf(messages)).toEqual(pieces(40).map(({ index }) => index));
    expect(messages.filter(({ kind }) => kind === 'probe')).toEqual([probe(1)]);
    expect(a.heard).toEqual([]);
    expect(warnings.lines).toEqual([]);
  });

  it('ends within the deadline after a hangup, though the peer takes nothing', async () => {
    const { a, b, atA, atB, middle } = await pair({ suspectAfterMs: DEADLINE_MS });
    send(a, atA, [piece(0)]);
    await b.next('frames');
    middle.passages[1]!.hold();
    send(a, atA, pieces(400));
    a.links.hangup(atA);
    expect(await a.next('closed')).toEqual({ kind: 'closed', link: atA });
    expect(await b.next('closed')).toEqual({ kind: 'closed', link: atB });
  });

  it('ends at once when the acceptor hangs up', async () => {
    const { a, b, atA, atB } = await pair();
    send(a, atA, pieces(400));
    await b.next('frames');
    b.heard.length = 0;
    b.links.hangup(atB);
    await Promise.all([a.next('closed'), b.next('closed')]);
    expect([...a.heard, ...b.heard]).toEqual([]);
  });

  it.each([0, 1])('ends with the link, each told once, when connection %i breaks', async (which) => {
    const { a, b, atA, atB, middle } = await pair();
    send(a, atA, [piece(0)]);
    await b.next('frames');
    middle.passages[which]!.cut();
    expect(await a.next('closed')).toEqual({ kind: 'closed', link: atA });
    expect(await b.next('closed')).toEqual({ kind: 'closed', link: atB });
    send(a, atA, [probe(1), piece(1)]);
    expect([...a.heard, ...b.heard]).toEqual([]);
  });

  it('ends the link when nobody listens for it any more', async () => {
    const { a, b, atA, middle } = await pair();
    const { address } = middle;
    middle.stopListening();
    send(a, atA, pieces(2));
    await Promise.all([a.next('closed'), b.next('closed')]);
    expect(await warnings.next()).toBe(`${address} refuses connections: no server listens there`);
    expect([...a.heard, ...b.heard]).toEqual([]);
  });

  it('ends the link when it is not open within the deadline', async () => {
    const { a, b, atA, middle } = await pair({ suspectAfterMs: DEADLINE_MS });
    middle.fallSilent();
    send(a, atA, pieces(2));
    await Promise.all([a.next('closed'), b.next('closed')]);
    expect(await warnings.next()).toBe(
      `${middle.address} did not complete the handshake within ${DEADLINE_MS} ms`,
    );
  });

  it('does not keep the links from closing while it is dialled', async () => {
    const { a, atA, middle } = await pair({ suspectAfterMs: DEADLINE_MS });
    middle.fallSilent();
    send(a, atA, pieces(2));
    await a.close();
    expect(a.heard).toEqual([]);
  });
});

describe('a bulk lane that stands still', () => {
  it('ends the link at the dialer', async () => {
    const { a, b, atA, middle } = await pair({ suspectAfterMs: DEADLINE_MS });
    send(a, atA, [piece(0)]);
    await b.next('frames');
    middle.passages[1]!.hold();
    send(a, atA, pieces(400));
    await a.next('closed');
    expect(await warnings.next()).toMatch(
      `has taken or sent nothing of what waits on the bulk lane for ${PATIENCE * DEADLINE_MS} ms`,
    );
  });

  it('ends the link at the acceptor, in the middle of a piece', async () => {
    const target = await endpoint(1, { suspectAfterMs: DEADLINE_MS });
    const records = await new Stranger(target.port).prove(someone(2), { lane: 'records', link: 5 });
    const bulk = await new Stranger(target.port).prove(someone(2), { lane: 'bulk', link: 5 });
    bulk.write(batch(1, encodeMessages([piece(0)])).subarray(0, -1));
    await target.next('closed');
    await Promise.all([records.said(), bulk.said()]);
    expect(await warnings.next()).toMatch(
      `has taken or sent nothing of what waits on the bulk lane for ${PATIENCE * DEADLINE_MS} ms`,
    );
  });

  it('is not one that is only slow, nor one on which nothing waits', async () => {
    const { a, b, atA, middle } = await pair({ suspectAfterMs: DEADLINE_MS });
    send(a, atA, [piece(0)]);
    await b.next('frames');
    const trickling = middle.passages[1]!.trickle(2 ** 23, 100);
    send(a, atA, pieces(400));
    expect(indexesOf(await receive(b, 400))).toHaveLength(400);
    clearInterval(trickling);
    await new Promise((resolve) => setTimeout(resolve, 1.5 * PATIENCE * DEADLINE_MS));
    expect([...a.heard, ...b.heard]).toEqual([]);
  });
});

describe('a bulk lane that belongs to no link', () => {
  it('is refused, and disturbs nobody', async () => {
    const target = await endpoint(1, {});
    await new Stranger(target.port).prove(someone(2), { lane: 'records', link: 5 });
    const { link } = await target.next('accepted');
    await refused(target, 2, 6);
    await refused(target, 3, 5);
    const bulk = await new Stranger(target.port).prove(someone(2), { lane: 'bulk', link: 5 });
    await refused(target, 2, 5);
    bulk.write(batch(1, encodeMessages([piece(0)])));
    expect(await target.next('frames')).toEqual({ kind: 'frames', link, messages: [piece(0)] });
    expect(target.heard).toEqual([]);
  });

  it('is said to be so at the dialer', async () => {
    const { a, b, atA, middle } = await pair();
    // Whoever takes the lane has never heard of the link.
    const other = await endpoint(3, {});
    middle.lead(other.port);
    send(a, atA, pieces(1));
    await Promise.all([a.next('closed'), b.next('closed')]);
    const said = [await warnings.next(), await warnings.next()];
    expect(said).toContain(`${middle.address} has no open link that the bulk lane belongs to`);
    expect(other.heard).toEqual([]);
  });
});

describe('what is no piece', () => {
  it('is malformed on the bulk lane, and ends the link', async () => {
    const target = await endpoint(1, {});
    await new Stranger(target.port).prove(someone(2), { lane: 'records', link: 5 });
    const bulk = await new Stranger(target.port).prove(someone(2), { lane: 'bulk', link: 5 });
    await bulk.write(batch(1, encodeMessages([probe(1)]))).said();
    await target.next('closed');
    expect(await warnings.next()).toMatch(/sent a malformed frame: no piece, on the bulk lane$/);
    expect(target.heard.map(({ kind }) => kind)).toEqual(['accepted']);
  });
});
