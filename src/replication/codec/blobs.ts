import type { BlobLive, BlobOpen, BlobPiece, BlobProgress, BlobRefused, BlobWant } from '../messages.js';
import { readIds, writeIds } from './lists.js';
import type { Reader } from './reader.js';
import { writeViewId } from './views.js';
import type { Writer } from './writer.js';

type Named = Pick<BlobOpen, 'view' | 'source' | 'blob'>;

/** The size is one more on the wire, so that -1 has a place. */
export function writeBlobOpen(writer: Writer, message: BlobOpen): void {
  writeName(writer, message);
  writer.uint48(message.end);
  writer.uint48(message.size + 1);
  writer.text(message.key);
  writer.uint48(message.revision);
}

export function readBlobOpen(reader: Reader): BlobOpen {
  const name = readName(reader);
  const end = reader.uint48();
  const size = reader.uint48() - 1;
  const key = reader.text();
  return { kind: 'blob-open', ...name, end, size, key, revision: reader.uint48() };
}

export function writeBlobCount(writer: Writer, message: BlobWant | BlobProgress): void {
  writeName(writer, message);
  writer.uint48(message.held);
}

export function readBlobWant(reader: Reader): BlobWant {
  return { kind: 'blob-want', ...readName(reader), held: reader.uint48() };
}

export function readBlobProgress(reader: Reader): BlobProgress {
  return { kind: 'blob-progress', ...readName(reader), held: reader.uint48() };
}

/** The bytes come last, so that they can be sent without being copied behind the rest. */
export function writeBlobPiece(writer: Writer, message: BlobPiece): void {
  writeName(writer, message);
  writer.uint48(message.index);
  writer.flag(message.digest !== '');
  if (message.digest !== '') writer.digest(message.digest);
  writer.body(message.bytes);
}

export function readBlobPiece(reader: Reader): BlobPiece {
  const name = readName(reader);
  const index = reader.uint48();
  const digest = reader.flag() ? reader.digest() : '';
  return { kind: 'blob-piece', ...name, index, bytes: reader.body(), digest };
}

export function writeBlobRefused(writer: Writer, message: BlobRefused): void {
  writeName(writer, message);
  writer.flag(message.reason === 'full');
}

export function readBlobRefused(reader: Reader): BlobRefused {
  return { kind: 'blob-refused', ...readName(reader), reason: reader.flag() ? 'full' : 'damaged' };
}

export function writeBlobLive(writer: Writer, message: BlobLive): void {
  writeViewId(writer, message.view);
  writer.uint48(message.source);
  writeIds(writer, message.blobs);
}

export function readBlobLive(reader: Reader): BlobLive {
  const view = reader.viewId();
  const source = reader.uint48();
  return { kind: 'blob-live', view, source, blobs: readIds(reader) };
}

function writeName(writer: Writer, { view, source, blob }: Named): void {
  writeViewId(writer, view);
  writer.uint48(source);
  writer.uint48(blob);
}

function readName(reader: Reader): Named {
  const view = reader.viewId();
  const source = reader.uint48();
  return { view, source, blob: reader.uint48() };
}
