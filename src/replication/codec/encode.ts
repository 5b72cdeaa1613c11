import type { Message } from '../messages.js';
import { inlineBody, type LogRecord } from '../record.js';
import { writeBlobCount, writeBlobLive, writeBlobOpen, writeBlobPiece, writeBlobRefused } from './blobs.js';
import { writeAccept, writePrepare } from './choice.js';
import { KIND_CODES } from './format.js';
import { writeStatePart } from './state.js';
import { unreachable } from './unreachable.js';
import {
  writeAppend,
  writeFound,
  writeHeartbeat,
  writeInvite,
  writeJoin,
  writeLookup,
  writeSubmit,
} from './view-messages.js';
import { writeView, writeViewId } from './views.js';
import { Writer } from './writer.js';

/** What most messages fit in, beside keys and bodies. Whatever does not makes the buffer grow. */
const SMALL_MESSAGE_BYTES = 64;
const RECORD_BYTES = 192;

/**
 * One payload for a whole batch, in its order.
 *
 * Throws a RangeError when a value does not fit its field: ids, revisions, requests and sizes are whole numbers
 * below 2^48, texts well-formed and at most 65,535 bytes, lists at most 65,535 items, digests sixteen
 * lower-case hexadecimal digits or ''.
 */
export function encodeMessages(messages: readonly Message[]): Buffer {
  const writer = new Writer(expectedBytes(messages));
  writer.uint32(messages.length);
  for (const message of messages) writeMessage(writer, message);
  return writer.finish();
}

function writeMessage(writer: Writer, message: Message): void {
  writer.uint8(KIND_CODES[message.kind]);
  switch (message.kind) {
    case 'append':
      return writeAppend(writer, message);
    case 'submit':
      return writeSubmit(writer, message);
    case 'stored':
    case 'watermark':
      writeViewId(writer, message.view);
      return writer.uint48(message.revision);
    case 'heartbeat':
      return writeHeartbeat(writer, message);
    case 'lookup':
      return writeLookup(writer, message);
    case 'found':
      return writeFound(writer, message);
    case 'invite':
      return writeInvite(writer, message);
    case 'prepare':
      return writePrepare(writer, message);
    case 'accept':
      return writeAccept(writer, message);
    case 'install':
      writeView(writer, message.view);
      return writer.flag(message.isActive);
    case 'probe':
    case 'probe-answer':
      return writer.time(message.stamp);
    case 'join':
      return writeJoin(writer, message);
    case 'join-refused':
      return writer.text(message.reason);
    case 'state':
      return writeStatePart(writer, message);
    case 'state-answer':
      return writer.uint48(message.part);
    case 'blob-open':
      return writeBlobOpen(writer, message);
    case 'blob-want':
    case 'blob-progress':
      return writeBlobCount(writer, message);
    case 'blob-piece':
      return writeBlobPiece(writer, message);
    case 'blob-refused':
      return writeBlobRefused(writer, message);
    case 'blob-live':
      return writeBlobLive(writer, message);
    default:
      return unreachable(message);
  }
}

function expectedBytes(messages: readonly Message[]): number {
  let bytes = 4;
  for (const message of messages) bytes += expectedMessageBytes(message);
  return bytes;
}

function expectedMessageBytes(message: Message): number {
  switch (message.kind) {
    case 'append':
      return expectedRecordBytes(message.record, message.bare);
    case 'submit':
      return RECORD_BYTES + 3 * message.operation.key.length + (message.operation.body?.length ?? 0);
    case 'found':
      return SMALL_MESSAGE_BYTES + 3 * message.key.length + message.body.length;
    case 'blob-piece':
      return SMALL_MESSAGE_BYTES + message.bytes.length;
    case 'state':
      return SMALL_MESSAGE_BYTES + expectedRecordsBytes(message.records) + expectedRecordsBytes(message.log);
    default:
      return SMALL_MESSAGE_BYTES;
  }
}

function expectedRecordBytes(record: LogRecord, bare: boolean): number {
  return RECORD_BYTES + 3 * record.key.length + (bare ? 0 : (inlineBody(record.body)?.length ?? 0));
}

function expectedRecordsBytes(records: readonly LogRecord[]): number {
  return records.reduce((sum, record) => sum + expectedRecordBytes(record, false), 0);
}
