import { createHash } from 'node:crypto';
import * as crypto from 'node:crypto';

import type { Digest } from '../replication/index.js';

const DIGEST_CHARACTERS = 16;
const scratch = Buffer.alloc(DIGEST_CHARACTERS);

/** The first sixteen hexadecimal digits of a SHA-256, of a body that comes in pieces. */
export function createDigest(): Digest {
  const hash = createHash('sha256');
  return {
    update: (bytes) => void hash.update(bytes),
    finish: () => hash.digest('hex').slice(0, DIGEST_CHARACTERS),
  };
}

/** The first sixteen hexadecimal digits of the body's SHA-256. */
export function digestOf(body: Uint8Array): string {
  // A slice of a string keeps the whole of it in memory, which would be for as long as the object is there.
  scratch.write(sha256(body), 0, DIGEST_CHARACTERS, 'latin1');
  return scratch.toString('latin1');
}

/** `crypto.hash` spares the object of a hash in progress; it is there from Node 20.12 on. */
const sha256: (body: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (body) => crypto.hash('sha256', body, 'hex')
    : (body) => createHash('sha256').update(body).digest('hex');
