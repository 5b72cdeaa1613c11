import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { LinkId, Message } from '../replication/index.js';
import { Endpoint } from './testing/endpoint.js';
import { Warnings } from './testing/warnings.js';

const LARGE = {
  kind: 'found',
  view: { number: 1, proposer: 1 },
  asker: 1,
  holder: 2,
  key: 'k',
  revision: 1,
  body: Buffer.alloc(0),
} as const;

const open: Endpoint[] = [];
let warnings: Warnings;

async function endpoint(...args: ConstructorParameters<typeof Endpoint>): Promise<Endpoint> {
  const made = await new Endpoint(...args).listen();
  open.push(made);
  return made;
}

/** Two endpoints and the two ends of a link between them. */
async function pair(settings: ConstructorParameters<typeof Endpoint>[1] = {}) {
  const [a, b] = [await endpoint(1, settings), await endpoint(2, settings)];
  a.links.dial(b.address);
  const [linked, accepted] = await Promise.all([a.next('linked'), b.next('accepted')]);
  return { a, b, atA: linked.link, atB: accepted.link, linked, accepted };
}

function probe(stamp: number): Message {
  return { kind: 'probe', stamp };
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

beforeEach(() => {
  warnings = Warnings.catch();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

describe('links', () => {
  it('hold back what is sent with patience until something else goes the same way', async () => {
    const { a, b, atA } = await pair();
    a.links.send(atA, probe(1), true);
    a.links.flush();
    a.links.send(atA, probe(2));
    a.links.flush();
    expect((await b.next('frames')).messages).toEqual([probe(1), probe(2)]);
  });

  it('do not hold it back for long', async () => {
    const { a, b, atA } = await pair();
    for (const stamp of [1, 2]) {
      a.links.send(atA, probe(stamp), true);
      a.links.flush();
      expect((await b.next('frames')).messages).toEqual([probe(stamp)]);
    }
  });

  it('introduce both ends', async () => {
    const { a, b, linked, accepted } = await pair();
    expect(linked).toEqual({ kind: 'linked', address: b.address, link: linked.link, peer: b.self });
    expect(accepted).toEqual({ kind: 'accepted', link: accepted.link, peer: a.self });
  });

  it('carry messages in order, both ways', async () => {
    const { a, b, atA, atB } = await pair();
    const messages = Array.from({ length: 500 }, (_, stamp) => probe(stamp));
    for (const message of messages) send(a, atA, [message]);
    for (const message of messages) send(b, atB, [message]);
    expect(await receive(b, 500)).toEqual(messages);
    expect(await receive(a, 500)).toEqual(messages);
  });

  it('make one batch of what is sent between two flushes', async () => {
    const { a, b, atA } = await pair();
    send(a, atA, [probe(1), probe(2), probe(3)]);
    expect((await b.next('frames')).messages).toEqual([probe(1), probe(2), probe(3)]);
  });

  it('split what is larger than a batch', async () => {
    const { a, b, atA } = await pair();
    const body = Buffer.alloc(600_000, 7);
    const found = (revision: number): Message => ({ ...LARGE, revision, body });
    send(a, atA, [found(1), found(2), found(3)]);
    expect((await b.next('frames')).messages).toHaveLength(2);
    expect((await b.next('frames')).messages).toHaveLength(1);
  });

  it('deliver what was sent before they were hung up, and nothing after it', async () => {
    const { a, b, atA, atB } = await pair();
    send(a, atA, [probe(1)]);
    a.links.hangup(atA);
    send(a, atA, [probe(2)]);
    send(b, atB, [probe(3)]);
    expect(await b.next('closed')).toEqual({ kind: 'closed', link: atB });
    expect(await a.next('closed')).toEqual({ kind: 'closed', link: atA });
    expect(b.heard).toEqual([{ kind: 'frames', link: atB, messages: [probe(1)] }]);
    expect(a.heard).toEqual([]);
  });

  it('tell both ends once when the acceptor hangs up', async () => {
    const { a, b, atA, atB } = await pair();
    b.links.hangup(atB);
    b.links.hangup(atB);
    await Promise.all([a.next('closed'), b.next('closed')]);
    send(a, atA, [probe(1)]);
    expect([...a.heard, ...b.heard]).toEqual([]);
  });

  it('end when the peer does not read', async () => {
    const { a, b, atA } = await pair({ sendBufferBytes: 2 ** 21 });
    b.links.receive = () => undefined;
    const body = Buffer.alloc(2 ** 22);
    send(a, atA, [{ ...LARGE, body }]);
    await a.next('closed');
    expect(await warnings.next()).toMatch(/^127\.0\.0\.1:\d+ does not read: \d+ bytes wait for it$/);
  });

  it('answer a dial where nobody listens', async () => {
    const a = await endpoint(1);
    const b = await endpoint(2);
    const { address } = b;
    await b.close();
    a.links.dial(address);
    const reason = `${address} refuses connections: no server listens there`;
    expect(await a.next('dial-failed')).toEqual({ kind: 'dial-failed', address, gone: true, reason });
    expect(warnings.lines).toEqual([reason]);
  });

  it('answer a dial of what is no address', async () => {
    const a = await endpoint(1);
    a.links.dial('nowhere');
    expect(await a.next('dial-failed')).toMatchObject({
      gone: false,
      reason: 'nowhere is no address of the form host:port',
    });
  });

  it('dial an address once at a time', async () => {
    const [a, b] = [await endpoint(1), await endpoint(2)];
    a.links.dial(b.address);
    a.links.dial(b.address);
    const { link } = await a.next('linked');
    a.links.dial(b.address);
    expect((await a.next('linked')).link).not.toBe(link);
    expect(a.heard).toEqual([]);
  });

  it('refuse another ring and another secret, and say so on both sides, once', async () => {
    const a = await endpoint(1);
    const other = await endpoint(2, { ring: 'other' });
    const secret = await endpoint(3, { secret: 'sesame' });
    for (const { address } of [other, secret, other, secret]) {
      a.links.dial(address);
      expect((await a.next('dial-failed')).gone).toBe(false);
    }
    const said = await Promise.all([warnings.next(), warnings.next(), warnings.next(), warnings.next()]);
    expect(said).toContainEqual(
      expect.stringMatching(/^127\.0\.0\.1:\d+ is of ring 'ringlet', this server of 'other'$/),
    );
    expect(said).toContain(`${other.address} is of ring 'other', this server of 'ringlet'`);
    expect(said).toContain(`${secret.address} has another RING_SECRET than this server`);
    await Promise.all([other.close(), secret.close()]);
    expect(warnings.lines).toEqual([]);
  });

  it('refuse this server itself', async () => {
    const a = await endpoint(1);
    a.links.dial(a.address);
    expect(await a.next('dial-failed')).toMatchObject({ reason: `${a.address} is this server itself` });
    expect(warnings.lines).toEqual([]);
  });

  it('end all on close, of which nobody hears', async () => {
    const { a, b } = await pair();
    const close = jest.fn();
    await a.close().then(close);
    await b.next('closed');
    expect(close).toHaveBeenCalled();
    expect(a.heard).toEqual([]);
  });
});
