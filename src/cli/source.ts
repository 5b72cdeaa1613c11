import { type FileHandle, open } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';

import type { Body } from '../client/index.js';
import type { Context } from './context.js';
import { EXIT, Failure, isCode, reasonOf } from './failure.js';

const STDIN = '-';
const PIECE_BYTES = 64 * 1024;
/** A pipe can be read only once. So much of it is kept, so that a body up to this size can be sent to a second server. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** What is to be stored. */
export interface Source {
  readonly body: Body;
  /** Bytes, when they are known beforehand. */
  readonly size?: number;
  close(): Promise<void>;
}

/** `onBytes` hears how far the body was read; it may begin anew. @throws Failure */
export async function openSource(
  file: string,
  context: Context,
  onBytes: (bytes: number) => void,
): Promise<Source> {
  if (file === STDIN) return openStdin(context, onBytes);
  const handle = await openFile(file);
  const status = await handle.stat();
  if (status.isDirectory()) {
    await handle.close();
    throw new Failure(`${file} is a directory: put its files one by one, or a tar of it.`, EXIT.usage);
  }
  if (!status.isFile()) return openPipe(handle.createReadStream(), context.signal, onBytes);
  const { size } = status;
  const body = (): Readable => Readable.from(piecesOf(handle, size, onBytes), { objectMode: false });
  return { body, size, close: () => handle.close() };
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new Failure(`There is no file ${file}.`, EXIT.notFound);
    throw new Failure(`${file} cannot be read (${reasonOf(error)}): permit it, or name another file.`);
  }
}

/** Each reading has a position of its own, so a body that is sent again is the same. */
async function* piecesOf(
  handle: FileHandle,
  size: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < size;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw new Failure('The file has become shorter while it was read: try again.');
    at += bytesRead;
    onBytes(at);
    yield piece.subarray(0, bytesRead);
  }
}

function openStdin({ stdin, signal }: Context, onBytes: (bytes: number) => void): Promise<Source> {
  if (stdin !== undefined) return openPipe(stdin as Readable, signal, onBytes);
  throw new Failure('The shell reads standard input itself: name a file instead of -.', EXIT.usage);
}

async function openPipe(
  pipe: Readable,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Source> {
  addAbortSignal(signal, pipe);
  const rest = pipe[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  const kept = await keep(rest);
  const close = (): Promise<void> => Promise.resolve(void pipe.destroy());
  if (kept.isAll) return { body: Buffer.concat(kept.chunks), close };
  return { body: Readable.from(joined(kept.chunks, rest, onBytes), { objectMode: false }), close };
}

interface Kept {
  readonly chunks: Buffer[];
  readonly isAll: boolean;
}

async function keep(chunks: AsyncIterator<Buffer, undefined>): Promise<Kept> {
  const kept: Buffer[] = [];
  for (let bytes = 0; bytes <= KEPT_BYTES;) {
    const next = await chunks.next();
    if (next.done === true) return { chunks: kept, isAll: true };
    kept.push(next.value);
    bytes += next.value.length;
  }
  return { chunks: kept, isAll: false };
}

async function* joined(
  kept: Buffer[],
  rest: AsyncIterator<Buffer, undefined>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  const count = (chunk: Buffer): Buffer => {
    onBytes((bytes += chunk.length));
    return chunk;
  };
  for (let chunk = kept.shift(); chunk !== undefined; chunk = kept.shift()) yield count(chunk);
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield count(next.value);
}
