import type {
  BlobLive,
  BlobOpen,
  BlobPiece,
  BlobProgress,
  BlobRefused,
  BlobWant,
  Span,
} from '../messages.js';
import { KIND_CODES } from './format.js';
import { readIds, writeIds } from './lists.js';
import type { Reader } from './reader.js';
import { writeViewId } from './views.js';
import { Writer } from './writer.js';

type Named = Pick<BlobOpen, 'view' | 'source' | 'blob'>;

/** Each is written as its place here. */
const REASONS = ['damaged', 'full', 'unwanted'] as const satisfies readonly BlobRefused['reason'][];

/** More than the payload of a piece takes before its bytes. */
const PIECE_HEAD_BYTES = 64;

/** The size is one more on the wire, so that -1 has a place. */
export function writeBlobOpen(writer: Writer, message: BlobOpen): void {
  writeName(writer, message);
  writer.uint48(message.end);
  writer.uint48(message.size + 1);
  writer.text(message.key);
  writer.uint48(message.revision);
  writeSpan(writer, message.span);
}

export function readBlobOpen(reader: Reader): BlobOpen {
  const name = readName(reader);
  const end = reader.uint48();
  const size = reader.uint48() - 1;
  const key = reader.text();
  const revision = reader.uint48();
  return { kind: 'blob-open', ...name, end, size, key, revision, span: readSpan(reader) };
}

export function writeSpan(writer: Writer, span: Span | null): void {
  writer.flag(span !== null);
  if (span === null) return;
  writer.uint48(span.fetch);
  writer.uint32(span.from);
  writer.uint32(span.to);
}

export function readSpan(reader: Reader): Span | null {
  if (!reader.flag()) return null;
  const fetch = reader.uint48();
  const from = reader.uint32();
  const to = reader.uint32();
  if (from >= to) throw reader.malformed('no piece is between the first and the last');
  return { fetch, from, to };
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
  writePieceFields(writer, message);
  writer.body(message.bytes);
}

/** The payload of one piece but for its bytes, with which the payload ends: they are sent from where they are. */
export function encodePieceHead(piece: BlobPiece): Buffer {
  const writer = new Writer(PIECE_HEAD_BYTES);
  writer.uint32(1);
  writer.uint8(KIND_CODES['blob-piece']);
  writePieceFields(writer, piece);
  writer.uint32(piece.bytes.length);
  return writer.finish();
}

export function readBlobPiece(reader: Reader): BlobPiece {
  const name = readName(reader);
  const index = reader.uint48();
  const digest = reader.flag() ? reader.digest() : '';
  return { kind: 'blob-piece', ...name, index, bytes: reader.body(), digest };
}

export function writeBlobRefused(writer: Writer, message: BlobRefused): void {
  writeName(writer, message);
  writer.uint8(REASONS.indexOf(message.reason));
}

export function readBlobRefused(reader: Reader): BlobRefused {
  const name = readName(reader);
  const reason = REASONS[reader.uint8()];
  if (reason === undefined) throw reader.malformed('a body is refused for no known reason');
  return { kind: 'blob-refused', ...name, reason };
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

function writePieceFields(writer: Writer, message: BlobPiece): void {
  writeName(writer, message);
  writer.uint48(message.index);
  writer.flag(message.digest !== '');
  if (message.digest !== '') writer.digest(message.digest);
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
