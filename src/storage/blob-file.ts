import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import { PIECE_BYTES, type Pieces } from '../replication/index.js';
import { codeOf, messageOf } from './storage-error.js';
import { isFullCode, WriteFailure } from './writer.js';

/** Of a file that is not whole yet. */
const PART = '.part';

/** The CRC-32 of each `PIECE_BYTES` of a body, however it is cut here. Nothing is copied. */
class PieceChecksums {
  private readonly done: number[] = [];
  private checksum = 0;
  private left = PIECE_BYTES;

  update(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + this.left);
      this.checksum = crc32(part, this.checksum);
      this.left -= part.length;
      at += part.length;
      if (this.left === 0) this.next();
    }
  }

  finish(): readonly number[] {
    if (this.left < PIECE_BYTES) this.next();
    return this.done;
  }

  private next(): void {
    this.done.push(this.checksum);
    this.checksum = 0;
    this.left = PIECE_BYTES;
  }
}

/**
 * Writes a body beside its place and moves it there. A failure to reach the disk is told apart, as no retry mends it.
 *
 * @returns the CRC-32 of each of its pieces; they are made between the writes, as those of a large body take a while
 */
export async function writeBlob(
  path: string,
  { pieces }: Pieces,
  mustSync: boolean,
): Promise<readonly number[]> {
  const checksums = new PieceChecksums();
  const part = `${path}${PART}`;
  try {
    const file = await open(part, 'w');
    try {
      for (const piece of pieces) {
        checksums.update(piece);
        await writeFully(file, piece);
      }
      if (mustSync) await synced(() => file.sync());
    } finally {
      await file.close();
    }
    await rename(part, path);
    if (mustSync) await synced(() => syncFile(dirname(path)));
    return checksums.finish();
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error instanceof WriteFailure
      ? error
      : new WriteFailure(messageOf(error), isFullCode(codeOf(error)));
  }
}

/** One piece, or null when it is not there or not as it was written. */
export async function readBlobPiece(
  path: string,
  index: number,
  size: number,
  checksum: number | undefined,
): Promise<Buffer | null> {
  const start = index * PIECE_BYTES;
  const length = Math.min(PIECE_BYTES, size - start);
  if (checksum === undefined || length <= 0) return null;
  const file = await open(path, 'r').catch(() => null);
  try {
    const bytes = Buffer.allocUnsafeSlow(length);
    const read = await file?.read(bytes, 0, length, start);
    return read?.bytesRead === length && crc32(bytes) === checksum ? bytes : null;
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

/** Of a file or a directory: a name is only as safe as the directory that it is in. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeFully(file: Awaited<ReturnType<typeof open>>, piece: Uint8Array): Promise<void> {
  let done = 0;
  while (done < piece.length) done += (await file.write(piece, done, piece.length - done)).bytesWritten;
}

async function synced(sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (error) {
    throw new WriteFailure(messageOf(error), false);
  }
}
