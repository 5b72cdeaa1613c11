import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { decodePacket, encodePacket, keyOf, PACKET_BYTES, type Packet } from './packet.js';
import { anySighting, SIGHTING } from './testing/sightings.js';

const KEY = keyOf('a secret');
const TERMS = { key: KEY, ring: 'ringlet' };
const ANYBODY = { key: KEY, ring: null };
const NONCE = Buffer.from('0123456789abcdef');
const ANSWER: Packet = { kind: 'answer', nonce: NONCE, sighting: SIGHTING };
const LENGTH_AT = 30;
const MAC_AT = PACKET_BYTES - 32;

const nonces = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ kind: fc.constantFrom('question', 'answer'), nonce: nonces, sighting: anySighting }),
  fc.record({ kind: fc.constant('question' as const), nonce: nonces, sighting: fc.constant(null) }),
);

/** As whoever knows the key makes it, whatever is in it. */
function sealed(bytes: Buffer): Buffer {
  createHmac('sha256', KEY).update(bytes.subarray(0, MAC_AT)).digest().copy(bytes, MAC_AT);
  return bytes;
}

function withBody(text: string): Buffer {
  const bytes = encodePacket(ANSWER, TERMS);
  bytes.fill(0, LENGTH_AT + 2, MAC_AT);
  bytes.writeUInt16BE(Buffer.byteLength(text), LENGTH_AT);
  bytes.write(text, LENGTH_AT + 2);
  return sealed(bytes);
}

describe('a packet', () => {
  it('is read as it was written, and always has the same size', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const ring = packet.sighting?.ring ?? null;
        const bytes = encodePacket(packet, { key: KEY, ring });
        expect(bytes).toHaveLength(PACKET_BYTES);
        expect(decodePacket(bytes, { key: KEY, ring: ring ?? 'whatever' })).toEqual(packet);
        expect(decodePacket(bytes, ANYBODY)).toEqual(packet);
      }),
    );
  });

  it('has room for the longest that a server can tell', () => {
    const sighting = {
      ...SIGHTING,
      ring: 'r'.repeat(64),
      name: 'n'.repeat(64),
      ringId: 2 ** 48 - 1,
      id: 2 ** 48 - 1,
      url: `https://${'u'.repeat(253)}:65535`,
      address: `${'a'.repeat(253)}:65535`,
      priority: 1_000_000,
      state: 'returning',
    } as const;
    const packet = { ...ANSWER, sighting };
    expect(decodePacket(encodePacket(packet, { key: KEY, ring: sighting.ring }), ANYBODY)).toEqual(packet);
    expect(() => encodePacket({ ...ANSWER, sighting: { ...sighting, url: 'u'.repeat(900) } }, TERMS)).toThrow(
      RangeError,
    );
  });

  it('is refused when any bit of it was changed', () => {
    const whole = encodePacket(ANSWER, TERMS);
    fc.assert(
      fc.property(fc.nat({ max: PACKET_BYTES * 8 - 1 }), (bit) => {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect(typeof decodePacket(bytes, ANYBODY)).toBe('string');
      }),
    );
  });

  it('is refused when it is any garbage', () => {
    const plain = fc.uint8Array({ maxLength: 2 * PACKET_BYTES });
    const headed = fc
      .uint8Array({ minLength: PACKET_BYTES - 6, maxLength: PACKET_BYTES - 6 })
      .map((bytes) => Buffer.concat([Buffer.from('RNGL\u0001\u0001'), bytes]));
    fc.assert(
      fc.property(fc.oneof(plain, headed), (bytes) => {
        expect(typeof decodePacket(Buffer.from(bytes), ANYBODY)).toBe('string');
      }),
    );
  });

  it('is refused when it is garbage that somebody with the key has made', () => {
    const bodies = fc.oneof(fc.string({ maxLength: 200 }), fc.json({ maxDepth: 2 }));
    fc.assert(fc.property(bodies, (text) => expect(decodePacket(withBody(text), TERMS)).toBe('garbage')));
    const tooLong = encodePacket(ANSWER, TERMS);
    tooLong.writeUInt16BE(PACKET_BYTES, LENGTH_AT);
    expect(decodePacket(sealed(tooLong), TERMS)).toBe('garbage');
  });

  it.each([
    ['ring', ''],
    ['ring', 'another'],
    ['ringId', -1],
    ['id', 2 ** 48],
    ['id', '1'],
    ['name', 'a b'],
    ['url', 'ftp://a:1'],
    ['url', `http://${'a'.repeat(300)}`],
    ['address', 'nowhere'],
    ['priority', 1.5],
    ['state', 'left'],
    ['isPrimary', 1],
    ['isEmpty', null],
  ])('is refused with %s = %j', (field, value) => {
    expect(decodePacket(withBody(JSON.stringify(SIGHTING)), TERMS)).toEqual(ANSWER);
    expect(decodePacket(withBody(JSON.stringify({ ...SIGHTING, [field]: value })), TERMS)).toBe('garbage');
  });

  it('of another secret is forged, and of another ring of no interest', () => {
    const bytes = encodePacket(ANSWER, TERMS);
    expect(decodePacket(bytes, { ...TERMS, key: keyOf('another') })).toBe('forged');
    expect(decodePacket(bytes, { ...TERMS, key: keyOf('') })).toBe('forged');
    expect(decodePacket(bytes, { ...TERMS, ring: 'another' })).toBe('other-ring');
  });

  it('of another version is none', () => {
    const bytes = encodePacket(ANSWER, TERMS);
    bytes[4] = 2;
    expect(decodePacket(sealed(bytes), TERMS)).toBe('garbage');
  });
});
