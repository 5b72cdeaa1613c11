import { createServer, type Server as NetServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { encodeMessages } from '../replication/codec/index.js';
import { ORDINARY } from '../replication/index.js';
import { MAX_INCOMING, MAX_UNPROVED } from './admission.js';
import { encodeFrame, FrameType, HEADER_BYTES } from './frame.js';
import type { Identity } from './handshake.js';
import { Endpoint } from './testing/endpoint.js';
import { batch, Stranger } from './testing/stranger.js';
import { Warnings } from './testing/warnings.js';
import { SETTINGS } from './testing/settings.js';

const DEADLINE_MS = 60;
const probe = encodeMessages([{ kind: 'probe', stamp: 1 }]);

let target: Endpoint;
let warnings: Warnings;
const others: NetServer[] = [];

function someone(id: number): Identity {
  const where = { url: 'http://127.0.0.1:1', ring: '127.0.0.1:1' };
  const self = { id, name: `s${id}`, ...where, priority: 0, durable: false, ...ORDINARY, was: 0 };
  return { ring: 'ringlet', secret: 'sesame', self, settings: SETTINGS };
}

/** A server of another kind that answers whatever it hears, or nothing. */
async function other(answer: string | null): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => answer !== null && socket.end(answer));
  });
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const listening = (more: { forgives?: boolean } = {}): Promise<Endpoint> =>
  new Endpoint(1, { secret: 'sesame', suspectAfterMs: DEADLINE_MS, ...more }).listen();

beforeEach(async () => {
  warnings = Warnings.catch();
  target = await listening();
});

afterEach(async () => {
  await target.close();
  for (const server of others.splice(0)) server.close();
});

describe('who connects and is no member', () => {
  it('is told by HTTP where it is', async () => {
    const answer = await new Stranger(target.port)
      .write('GET /objects/a HTTP/1.1\r\nHost: a\r\n\r\n')
      .end()
      .said();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*Clients use the HTTP port\.\n$/);
    expect(await warnings.next()).toMatch(/is not a Ringlet: it said 'GET \/objects\/a HTTP\/1.1'$/);
  });

  it('is dropped for garbage', async () => {
    expect(await new Stranger(target.port).write('\x00\x01\x02').said()).toHaveLength(0);
    expect(await warnings.next()).toMatch(/is not a Ringlet: it said bytes 000102$/);
  });

  it('is dropped when it says nothing', async () => {
    expect(await new Stranger(target.port).said()).toHaveLength(0);
    expect(await warnings.next()).toMatch(`did not complete the handshake within ${DEADLINE_MS} ms`);
  });

  it('is dropped when it stops within its hello, however slowly it went on', async () => {
    const hello = encodeFrame(FrameType.hello, 0, Buffer.alloc(40));
    expect(await new Stranger(target.port).write(hello.subarray(0, HEADER_BYTES + 3)).said()).toHaveLength(0);
    expect(await warnings.next()).toMatch(/did not complete the handshake|stopped in the middle of a frame/);
  });

  it('is dropped for a frame that is too large before the handshake', async () => {
    const hello = encodeFrame(FrameType.hello, 0, Buffer.alloc(5_000));
    await new Stranger(target.port).write(hello).said();
    expect(await warnings.next()).toMatch(/sent a malformed frame: 5000 bytes, 4096 are allowed$/);
  });

  it('is dropped for a batch before the handshake', async () => {
    await new Stranger(target.port).write(batch(1, probe)).said();
    expect(await warnings.next()).toMatch(/sent a malformed frame: not one of the handshake$/);
    expect(target.heard).toEqual([]);
  });

  it('keeps no member out by connecting and saying nothing', async () => {
    const silentOnes = Array.from({ length: 3 * MAX_UNPROVED }, () => new Stranger(target.port));
    await new Stranger(target.port).prove(someone(2));
    expect((await target.next('accepted')).peer.id).toBe(2);
    await Promise.all(silentOnes.map((stranger) => stranger.said()));
  });

  it('is dropped without a look when it has failed too often', async () => {
    await target.close();
    target = await listening({ forgives: false });
    for (let i = 0; i < 200; i += 10) {
      await Promise.all(Array.from({ length: 10 }, () => new Stranger(target.port).write('x').said()));
    }
    await new Stranger(target.port).write('x').said();
    expect(await warnings.next()).toMatch(/is not a Ringlet/);
    expect(await warnings.next()).toMatch(/was dropped: it has failed the handshake too often lately$/);
    const elsewhere = await new Stranger(target.port, '127.0.0.9').prove(someone(2));
    expect((await target.next('accepted')).peer.id).toBe(2);
    elsewhere.end();
  });
});

describe('a member', () => {
  it('is hung up for a repeated or a missing batch', async () => {
    for (const second of [1, 3]) {
      const member = await new Stranger(target.port, `127.0.0.${second}`).prove(someone(2));
      member.write(batch(1, probe)).write(batch(second, probe));
      await member.said();
      expect(await warnings.next()).toMatch(`batch ${second} where 2 was due`);
      await target.next('closed');
      expect(target.heard.map(({ kind }) => kind)).toEqual(['accepted', 'frames']);
      target.heard.length = 0;
    }
  });

  it('is hung up for a payload that is no messages, a large frame, or half a frame', async () => {
    const huge = batch(1, probe);
    huge.writeUInt32BE(2 ** 24, 4);
    const cases: [Buffer, RegExp][] = [
      [batch(1, Buffer.alloc(9, 255)), /Malformed message/],
      [huge, /16777216 bytes, 8388608 are allowed/],
      [encodeFrame(FrameType.hello, 0, Buffer.alloc(40)), /not a batch/],
      [batch(1, probe).subarray(0, -1), /stopped in the middle of a frame/],
    ];
    for (const [index, [bytes, sentence]] of cases.entries()) {
      const member = await new Stranger(target.port, `127.0.0.${index + 2}`).prove(someone(2));
      await member.write(bytes).said();
      await target.next('closed');
      expect(await warnings.next()).toMatch(sentence);
    }
    expect(target.heard.filter(({ kind }) => kind === 'frames')).toEqual([]);
  });

  it('is refused when there are enough', async () => {
    const members: Stranger[] = [];
    for (let id = 2; id < 2 + MAX_INCOMING; id++) {
      members.push(await new Stranger(target.port).prove(someone(id)));
    }
    const late = new Stranger(target.port);
    expect((await late.said()).subarray(HEADER_BYTES)[0]).toBe(5);
    expect(await warnings.next()).toMatch(/was refused: 128 ring connections are open, which is the limit$/);
    for (const member of members) member.end();
  });
});

describe('who is dialled and is no Ringlet', () => {
  it('is named by what it answers', async () => {
    const address = await other('HTTP/1.1 400 Bad Request\r\n\r\n');
    target.links.dial(address);
    const reason = `${address} is not a Ringlet: it said 'HTTP/1.1 400 Bad Request'`;
    expect(await target.next('dial-failed')).toMatchObject({ gone: false, reason });
    expect(await warnings.next()).toBe(reason);
  });

  it('is given up when it says nothing', async () => {
    const address = await other(null);
    target.links.dial(address);
    const reason = `${address} did not complete the handshake within ${DEADLINE_MS} ms`;
    expect(await target.next('dial-failed')).toMatchObject({ gone: false, reason });
  });
});
