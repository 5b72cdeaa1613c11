import { createHash } from 'node:crypto';

import type { Digest } from '../replication/index.js';

const DIGEST_CHARACTERS = 16;

/** The first sixteen hexadecimal digits of a SHA-256, of a body that comes in pieces. */
export function createDigest(): Digest {
  const hash = createHash('sha256');
  return {
    update: (bytes) => void hash.update(bytes),
    finish: () => hash.digest('hex').slice(0, DIGEST_CHARACTERS),
  };
}
