import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { readSighting, type Sighting } from './sighting.js';

/*
 * All packets have the same size, so that no answer is larger than its question, and nobody gains by asking in another's
 * name. It fits into one frame of every network.
 *
 *     magic 4 | version 1 | kind 1 | tag of the ring 8 | nonce 16 | length 2 | body … | zeros … | MAC 32
 *
 * The MAC is HMAC-SHA256 over all before it. The body, of JSON, is read only after it has held.
 */
export const PACKET_BYTES = 1200;
export const NONCE_BYTES = 16;

const MAGIC = Buffer.from('RNGL');
const VERSION = 1;
const VERSION_AT = 4;
const KIND_AT = 5;
const TAG_AT = 6;
const TAG_BYTES = 8;
const NONCE_AT = TAG_AT + TAG_BYTES;
const LENGTH_AT = NONCE_AT + NONCE_BYTES;
const BODY_AT = LENGTH_AT + 2;
const MAC_AT = PACKET_BYTES - 32;
const KINDS = ['question', 'answer'] as const;
/** In a client's question: servers of any ring are meant. */
const ANY_RING = Buffer.alloc(TAG_BYTES);

export interface Packet {
  readonly kind: (typeof KINDS)[number];
  /** Made for one question; its answers have it too. */
  readonly nonce: Buffer;
  /** Who asks or answers; null for a client, which asks and has no ring. */
  readonly sighting: Sighting | null;
}

/** What the two sides share. */
export interface Terms {
  readonly key: Buffer;
  /** Null: of any ring. */
  readonly ring: string | null;
}

/** Why a packet is not taken. `forged`: it was made with another secret, or changed on its way. */
export type Refusal = 'garbage' | 'other-ring' | 'forged';

/** The key of a secret; '' is that of rings without one, which proves nothing. It is of no use for the ring link. */
export function keyOf(secret: string): Buffer {
  return createHmac('sha256', secret).update('ringlet discovery').digest();
}

/** @throws RangeError when the names and addresses are too long together */
export function encodePacket({ kind, nonce, sighting }: Packet, { key, ring }: Terms): Buffer {
  const body = Buffer.from(sighting === null ? '' : JSON.stringify(sighting));
  if (BODY_AT + body.length > MAC_AT) throw new RangeError('what is told does not fit into a packet');
  const bytes = Buffer.alloc(PACKET_BYTES);
  MAGIC.copy(bytes);
  bytes[VERSION_AT] = VERSION;
  bytes[KIND_AT] = KINDS.indexOf(kind);
  tagOf(ring).copy(bytes, TAG_AT);
  nonce.copy(bytes, NONCE_AT);
  bytes.writeUInt16BE(body.length, LENGTH_AT);
  body.copy(bytes, BODY_AT);
  macOf(bytes, key).copy(bytes, MAC_AT);
  return bytes;
}

export function decodePacket(bytes: Buffer, terms: Terms): Packet | Refusal {
  const kind = KINDS[bytes[KIND_AT] ?? -1];
  if (kind === undefined || !isOurs(bytes)) return 'garbage';
  if (!isForRing(bytes, terms.ring)) return 'other-ring';
  if (!timingSafeEqual(macOf(bytes, terms.key), bytes.subarray(MAC_AT))) return 'forged';
  const length = bytes.readUInt16BE(LENGTH_AT);
  if (BODY_AT + length > MAC_AT) return 'garbage';
  const sighting = length === 0 ? null : readSighting(bytes.toString('utf8', BODY_AT, BODY_AT + length));
  if (sighting === undefined || (sighting === null && kind === 'answer')) return 'garbage';
  if (sighting !== null && !bytes.subarray(TAG_AT, NONCE_AT).equals(tagOf(sighting.ring))) return 'garbage';
  // Kept beyond this call, while the buffer may not be.
  return { kind, nonce: Buffer.from(bytes.subarray(NONCE_AT, LENGTH_AT)), sighting };
}

function isOurs(bytes: Buffer): boolean {
  const isMagic = bytes.subarray(0, VERSION_AT).equals(MAGIC);
  return bytes.length === PACKET_BYTES && isMagic && bytes[VERSION_AT] === VERSION;
}

function isForRing(bytes: Buffer, ring: string | null): boolean {
  const tag = bytes.subarray(TAG_AT, NONCE_AT);
  return ring === null || tag.equals(ANY_RING) || tag.equals(tagOf(ring));
}

function tagOf(ring: string | null): Buffer {
  return ring === null ? ANY_RING : createHash('sha256').update(ring).digest().subarray(0, TAG_BYTES);
}

function macOf(bytes: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(bytes.subarray(0, MAC_AT)).digest();
}
