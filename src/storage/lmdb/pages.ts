import { fstatSync, readSync } from 'node:fs';

import { broken } from './broken.js';

const CHUNK_BYTES = 256 * 1024;
/** Together with the size of a chunk, the bound on what a walk keeps in memory. */
const MAX_CHUNKS = 64;

/** The pages of a database file, read without mapping it: whatever its bytes are, a read ends well or throws. */
export class Pages {
  readonly fileBytes: number;
  private readonly chunks = new Map<number, Buffer>();

  constructor(
    private readonly file: number,
    readonly pageBytes: number,
  ) {
    this.fileBytes = fstatSync(file).size;
  }

  /** Of no worth after the next call but one of `MAX_CHUNKS` others: copy what is kept. */
  page(number: number): Buffer {
    const start = number * this.pageBytes;
    if (start + this.pageBytes > this.fileBytes) throw broken(`page ${number} is past the end of the file`);
    const chunk = this.chunk(Math.floor(start / CHUNK_BYTES));
    const offset = start % CHUNK_BYTES;
    return chunk.subarray(offset, offset + this.pageBytes);
  }

  /** Memory of its own, so that a large value does not hold a chunk. */
  bytes(start: number, length: number): Buffer {
    if (start + length > this.fileBytes) throw broken('a large value ends past the end of the file');
    return readFully(this.file, start, length);
  }

  private chunk(index: number): Buffer {
    const known = this.chunks.get(index);
    if (known !== undefined) return known;
    const start = index * CHUNK_BYTES;
    const chunk = readFully(this.file, start, Math.min(CHUNK_BYTES, this.fileBytes - start));
    if (this.chunks.size >= MAX_CHUNKS) this.chunks.delete(this.chunks.keys().next().value!);
    this.chunks.set(index, chunk);
    return chunk;
  }
}

function readFully(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const count = readSync(file, bytes, done, length - done, start + done);
    if (count === 0) throw broken('the file became shorter while it was read');
    done += count;
  }
  return bytes;
}
