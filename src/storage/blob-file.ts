import { copyFile, link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import { PIECE_BYTES } from '../replication/index.js';
import { codeOf, messageOf } from './storage-error.js';
import { isFullCode, WriteFailure } from './writer.js';

/** Of a file that is not whole yet. */
const UNFINISHED = '.new';

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

  finish(): number[] {
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
  pieces: readonly Uint8Array[],
  mustSync: boolean,
): Promise<number[]> {
  const checksums = new PieceChecksums();
  await replace(path, mustSync, async (unfinished) => {
    const file = await open(unfinished, 'w');
    try {
      let at = 0;
      for (const piece of pieces) {
        checksums.update(piece);
        await writeAt(file, piece, at);
        at += piece.length;
      }
    } finally {
      await file.close();
    }
  });
  return checksums.finish();
}

/**
 * Gives a body a second name, or copies it where the file system has no links. What is there under the name is replaced.
 *
 * @returns false when there is no such body
 */
export async function linkBlob(
  from: string,
  path: string,
  mustSync: boolean,
  makeLink: typeof link = link,
): Promise<boolean> {
  try {
    await replace(path, mustSync, async (unfinished) => {
      await rm(unfinished, { force: true });
      await makeLink(from, unfinished).catch(() => copyFile(from, unfinished));
    });
    return true;
  } catch (error) {
    if (codeOf((error as WriteFailure).cause) === 'ENOENT') return false;
    throw error;
  }
}

/** A body that is there already is to reach the disk. */
export async function syncBlob(path: string): Promise<void> {
  await syncFile(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw new WriteFailure(messageOf(error), false);
  });
}

/** One piece, or null when it is not there or not as it was written. */
export async function readBlobPiece(
  path: string,
  index: number,
  size: number,
  checksum: number | undefined,
): Promise<Buffer | null> {
  const length = pieceBytes(index, size);
  if (checksum === undefined || length <= 0) return null;
  const file = await open(path, 'r').catch(() => null);
  try {
    const bytes = Buffer.allocUnsafeSlow(length);
    return file !== null && (await isSound(file, index, bytes, checksum)) ? bytes : null;
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

/** Whether all of a body is there as it was written. It takes the memory of one piece. */
export async function verifyBlob(path: string, size: number, checksums: readonly number[]): Promise<boolean> {
  if (checksums.length !== Math.ceil(size / PIECE_BYTES)) return false;
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return false;
  try {
    const bytes = Buffer.allocUnsafeSlow(Math.min(size, PIECE_BYTES));
    for (const [index, checksum] of checksums.entries())
      if (!(await isSound(file, index, bytes.subarray(0, pieceBytes(index, size)), checksum))) return false;
    return true;
  } catch {
    return false;
  } finally {
    await file.close();
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

/** At a place of its own, so that it may be tried again after a part of it was written. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  let done = 0;
  while (done < bytes.length)
    done += (await file.write(bytes, done, bytes.length - done, start + done)).bytesWritten;
}

/** What the system says of a write that it did not make. */
export function writeFailure(error: unknown): WriteFailure {
  if (error instanceof WriteFailure) return error;
  return new WriteFailure(messageOf(error), isFullCode(codeOf(error)), error);
}

/** @param make makes the file under another name */
async function replace(
  path: string,
  mustSync: boolean,
  make: (unfinished: string) => Promise<void>,
): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  try {
    await make(unfinished);
    if (mustSync) await synced(unfinished);
    await rename(unfinished, path);
    if (mustSync) await synced(dirname(path));
  } catch (error) {
    throw writeFailure(error);
  } finally {
    // A file that has both names already keeps them.
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

async function synced(path: string): Promise<void> {
  try {
    await syncFile(path);
  } catch (error) {
    throw new WriteFailure(messageOf(error), false);
  }
}

async function isSound(file: FileHandle, index: number, into: Buffer, checksum: number): Promise<boolean> {
  const { bytesRead } = await file.read(into, 0, into.length, index * PIECE_BYTES);
  return bytesRead === into.length && crc32(into) === checksum;
}

function pieceBytes(index: number, size: number): number {
  return Math.min(PIECE_BYTES, size - index * PIECE_BYTES);
}
