import type { Body, Digest, LogRecord } from '../../src/replication/index.js';
import type { Disk } from './disk.js';

export const HEADER_END = ';'.charCodeAt(0);
const PRIME = 0x01000193;
const GOLDEN = 0x9e3779b1;
const { imul } = Math;

/** The value, and bytes of which none is like its neighbours: a piece that is lost, twice there, or another's is seen. */
export function bodyOf(value: string): Uint8Array {
  const [number, bytes] = value.slice(1).split('.').map(Number) as [number, number];
  const head = value.length + 1;
  const body = new Uint8Array(bytes > head ? bytes : head);
  for (let i = 0; i < value.length; i++) body[i] = value.charCodeAt(i);
  body[value.length] = HEADER_END;
  for (let i = head; i < body.length; i++) body[i] = imul(number * 1_000 + i, GOLDEN) >>> 24;
  return body;
}

/** A body in one. */
export function bytesOf(body: Body): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.concat(body.pieces.map((piece) => piece!));
}

/** The record as a client gets it: with the pieces that are on the disk only. Without a body, when they cannot be read. */
export function withPieces(record: LogRecord, disk: Disk | null): LogRecord {
  const { body, revision } = record;
  if (disk === null || body === null || body instanceof Uint8Array) return record;
  // Where it came to, until it is handed over with its record.
  const here = { kind: 'records', revision } as const;
  const places = body.stored?.kind === 'part' ? [here, body.stored] : [here];
  const read = (index: number) =>
    places.reduce<Uint8Array | null>((found, place) => found ?? disk.read(place, index), null);
  const pieces = body.pieces.map((piece, index) => piece ?? read(index));
  return { ...record, body: pieces.includes(null) && disk.isRotten(record) ? null : { ...body, pieces } };
}

/** Two sums in place of SHA-256: fast, and enough to tell the bodies of a run apart. */
export class SimulatedDigest implements Digest {
  private low = 0x811c9dc5 | 0;
  private high = 7;

  update(bytes: Uint8Array): void {
    let { low, high } = this;
    for (let i = 0; i < bytes.length; i++) {
      low = imul(low ^ bytes[i]!, PRIME);
      high = (imul(high, 31) + bytes[i]!) | 0;
    }
    this.low = low;
    this.high = high;
  }

  finish(): string {
    return hex(this.high) + hex(this.low);
  }
}

export function digestOf(body: Uint8Array): string {
  const digest = new SimulatedDigest();
  digest.update(body);
  return digest.finish();
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
