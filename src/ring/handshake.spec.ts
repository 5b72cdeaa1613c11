import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { type Server, ORDINARY } from '../replication/index.js';
import { LinkFault } from './faults.js';
import { encodeFrame, type Frame, FrameType } from './frame.js';
import { FrameReader } from './frame-reader.js';
import { Handshake, type Identity, type Role, type Step } from './handshake.js';
import type { Connection } from './introduction.js';
import { farewellOf } from './refusal.js';
import { SETTINGS } from './testing/settings.js';

const RECORDS: Connection = { lane: 'records', link: 1 };

function server(id: number): Server {
  return {
    id,
    name: `s${id}`,
    url: `http://127.0.0.1:${8000 + id}`,
    ring: `127.0.0.1:${1000 + id}`,
    priority: id,
    durable: id % 2 === 0,
    ...ORDINARY,
    was: id % 2,
  };
}

function identity(id: number, changes: Partial<Identity> = {}): Identity {
  return { ring: 'ringlet', secret: 'sesame', self: server(id), settings: SETTINGS, ...changes };
}

function frameOf(bytes: Buffer): Frame {
  const frames: Frame[] = [];
  new FrameReader().read(bytes, (frame) => frames.push(frame));
  return frames[0]!;
}

function make(role: Role, who: Identity, connection: Connection = RECORDS): Handshake {
  return new Handshake(role, () => who, role === 'dialer' ? connection : null);
}

/** Runs both sides against each other; what each made of it. */
function meet(dialing: Identity, accepting: Identity) {
  const sides = { dialer: make('dialer', dialing), acceptor: make('acceptor', accepting) };
  const result: Record<Role, Server | string | null> = { dialer: null, acceptor: null };
  let [to, bytes]: [Role, Buffer | null] = ['acceptor', sides.dialer.opening()];
  while (bytes !== null) {
    try {
      const { reply, introduction }: Step = sides[to].take(frameOf(bytes));
      if (introduction !== null) result[to] = introduction.server;
      bytes = reply;
    } catch (error) {
      bytes = result[to] === null ? farewellOf(error as LinkFault) : null;
      result[to] ??= (error as LinkFault).message;
    }
    to = to === 'dialer' ? 'acceptor' : 'dialer';
  }
  return result;
}

function thrownBy(action: () => void): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error;
  }
}

describe('the handshake', () => {
  it('introduces two servers of one ring to each other', () => {
    expect(meet(identity(1), identity(2))).toEqual({ dialer: server(2), acceptor: server(1) });
  });

  it('needs no secret where the ring has none', () => {
    const none = { secret: '' };
    expect(meet(identity(1, none), identity(2, none))).toEqual({ dialer: server(2), acceptor: server(1) });
  });

  it.each([
    [{ READ_LEASE_MS: 700 }, 'READ_LEASE_MS=700', 'READ_LEASE_MS=600'],
    [{ PARTITION: 'primary' }, 'PARTITION=primary', 'PARTITION=available'],
  ])('tells both sides of a setting that all members must share: %j', (other, theirs, ours) => {
    expect(meet(identity(1, { settings: { ...SETTINGS, ...other } }), identity(2))).toEqual({
      acceptor: `has ${theirs}, this server ${ours}: all members of a ring need the same`,
      dialer: `has ${ours}, this server another value: all members of a ring need the same`,
    });
  });

  it('tells both sides of another ring', () => {
    expect(meet(identity(1), identity(2, { ring: 'other' }))).toEqual({
      acceptor: "is of ring 'ringlet', this server of 'other'",
      dialer: "is of ring 'other', this server of 'ringlet'",
    });
  });

  it('tells both sides of another secret', () => {
    const sentence = 'has another RING_SECRET than this server';
    const other = { secret: 'other' };
    expect(meet(identity(1), identity(2, other))).toEqual({ dialer: sentence, acceptor: sentence });
    expect(meet(identity(1, { secret: '' }), identity(2))).toEqual({ dialer: sentence, acceptor: sentence });
  });

  it('refuses this server itself', () => {
    const sentence = 'is this server itself';
    expect(meet(identity(1), identity(1))).toEqual({ dialer: sentence, acceptor: sentence });
  });

  it('refuses an introduction out of bounds, even of one that knows the secret', () => {
    const changes: Partial<Record<keyof Server, unknown>>[] = [
      { id: 0 },
      { id: 2 ** 48 },
      { name: 'two words' },
      { name: 'n'.repeat(65) },
      { url: 'javascript:alert(1)' },
      { ring: 'nowhere' },
      { priority: 1.5 },
    ];
    for (const change of changes) {
      const self = { ...server(1), ...change } as Server;
      expect(meet(identity(1, { self }), identity(2)).acceptor).toMatch(
        /^sent a malformed frame: an introduction/,
      );
    }
  });

  it('accepts no proof that was made for another connection', () => {
    const dialer = make('dialer', identity(1));
    const first = make('acceptor', identity(2));
    const hello = frameOf(dialer.opening());
    const proof = frameOf(dialer.take(frameOf(first.take(hello).reply!)).reply!);
    const second = make('acceptor', identity(2));
    second.take(hello);
    expect(() => second.take(proof)).toThrow('has another RING_SECRET');
    expect(first.take(proof).introduction?.server).toEqual(server(1));
  });

  it('accepts no proof that is its own, sent back', () => {
    const dialer = make('dialer', identity(1));
    const opening = frameOf(dialer.opening());
    const proof = frameOf(dialer.take(opening).reply!);
    expect(() => dialer.take(proof)).toThrow('has another RING_SECRET');
  });

  it('tells the acceptor which connection it is, and the dialer that it is the one', () => {
    for (const connection of [RECORDS, { lane: 'bulk', link: 7 }] as const) {
      const dialer = make('dialer', identity(1), connection);
      const acceptor = make('acceptor', identity(2));
      const hello = frameOf(acceptor.take(frameOf(dialer.opening())).reply!);
      const { introduction, reply } = acceptor.take(frameOf(dialer.take(hello).reply!));
      expect(introduction?.connection).toEqual(connection);
      expect(dialer.take(frameOf(reply!)).introduction?.connection).toEqual(connection);
    }
  });

  it('believes no peer that speaks of another link than it does', () => {
    for (const connection of [
      { lane: 'bulk', link: 8 },
      { lane: 'records', link: 7 },
    ] as const) {
      const dialer = make('dialer', identity(1), { lane: 'bulk', link: 7 });
      const acceptor = new Handshake('acceptor', () => identity(2), connection);
      const hello = frameOf(acceptor.take(frameOf(dialer.opening())).reply!);
      expect(() => acceptor.take(frameOf(dialer.take(hello).reply!))).toThrow(
        'an introduction to another link',
      );
    }
  });

  it('throws nothing but faults, in whatever order the frames come', () => {
    const type = fc.constantFrom(...Object.values(FrameType));
    const frame = fc.tuple(type, fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(fc.constantFrom<Role>('dialer', 'acceptor'), fc.array(frame), (role, frames) => {
        const handshake = make(role, identity(1));
        const fault = thrownBy(() => {
          for (const [kind, payload] of frames) handshake.take(frameOf(encodeFrame(kind, 0, payload)));
        });
        expect(fault === null || fault instanceof LinkFault).toBe(true);
      }),
    );
  });
});
