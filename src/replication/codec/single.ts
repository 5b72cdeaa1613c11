import type { LogRecord } from '../record.js';
import { Reader } from './reader.js';
import { readRecord, writeRecord } from './records.js';
import { Writer } from './writer.js';

/** More than the fields of a record with a short key take; the writer grows for the others. */
const EXPECTED_BYTES = 256;

/** One record by itself, as it is kept on disk. Its bytes change with FORMAT_VERSION. @param body null leaves it out */
export function encodeRecord(record: LogRecord, body: Uint8Array | null): Buffer {
  const writer = new Writer(EXPECTED_BYTES + 2 * record.key.length + (body?.length ?? 0));
  writeRecord(writer, record, body);
  return writer.finish();
}

/** @throws MalformedMessage for bytes that `encodeRecord` does not write */
export function decodeRecord(bytes: Buffer): LogRecord {
  const reader = new Reader(bytes);
  const record = readRecord(reader);
  reader.finish();
  return record;
}
