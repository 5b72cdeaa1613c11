import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

import { PIECE_BYTES } from '../replication/index.js';
import { createDigest, digestOf } from '../ring/index.js';
import type { Content } from './shared-entry.js';

/** What is in a file of so many bytes; null when it has more or less. */
export async function contentOf(file: Pick<FileHandle, 'read'>, size: number): Promise<Content | null> {
  const count = Math.ceil(size / PIECE_BYTES);
  const checks = count > 1 ? new Uint32Array(count) : null;
  const digest = createDigest();
  const bytes = Buffer.allocUnsafe(Math.min(size, PIECE_BYTES));
  for (let index = 0; index < count; index++) {
    const start = index * PIECE_BYTES;
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead !== Math.min(PIECE_BYTES, size - start)) return null;
    const piece = bytes.subarray(0, bytesRead);
    digest.update(piece);
    if (checks !== null) checks[index] = crc32(piece);
  }
  return { size, digest: digest.finish(), checks };
}

/** Whether these bytes are the piece of this index. */
export function isPiece({ digest, checks }: Content, index: number, bytes: Uint8Array): boolean {
  if (checks === null) return digestOf(bytes) === digest;
  return crc32(bytes) === checks[index];
}
