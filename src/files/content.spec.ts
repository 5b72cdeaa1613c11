import { createHash } from 'node:crypto';

import { expect, it } from '@jest/globals';

import { PIECE_BYTES } from '../replication/index.js';
import { contentOf, isPiece } from './content.js';

/** A file in memory. */
function fileOf(bytes: Buffer): Parameters<typeof contentOf>[0] {
  const read = (into: Buffer, offset: number, length: number, position: number) => {
    const bytesRead = bytes.copy(into, offset, position, position + length);
    return Promise.resolve({ bytesRead, buffer: into });
  };
  return { read: read as never };
}

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

it.each([
  [0, 0],
  [1, 0],
  [PIECE_BYTES, 0],
  [PIECE_BYTES + 1, 2],
  [3 * PIECE_BYTES, 3],
])('knows %d bytes by their digest, and %d pieces by theirs', async (size, pieces) => {
  const bytes = Buffer.alloc(size, 'abc');
  const content = (await contentOf(fileOf(bytes), size))!;
  expect(content).toMatchObject({ size, digest: sha(bytes).slice(0, 16) });
  expect(content.checks?.length ?? 0).toBe(pieces);
  for (let index = 0; index * PIECE_BYTES < size; index++) {
    const piece = Buffer.from(bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES));
    expect(isPiece(content, index, piece)).toBe(true);
    piece[piece.length - 1]! ^= 1;
    expect(isPiece(content, index, piece)).toBe(false);
  }
});

it('is none when the file has become shorter', async () => {
  expect(await contentOf(fileOf(Buffer.alloc(9)), 10)).toBeNull();
  expect(await contentOf(fileOf(Buffer.alloc(PIECE_BYTES)), PIECE_BYTES + 1)).toBeNull();
});
