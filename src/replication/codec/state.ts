import type { StatePart, StateRest } from '../messages.js';
import type { ServerId } from '../server.js';
import type { Reader } from './reader.js';
import { readRecords, writeRecords } from './records.js';
import { readHistory, readServer, writeHistory, writeServer } from './views.js';
import type { Writer } from './writer.js';

const ORIGIN_BYTES = 12;

export function writeStatePart(writer: Writer, message: StatePart): void {
  writer.uint48(message.part);
  writer.uint48(message.base);
  writeServer(writer, message.next);
  writeHistory(writer, message.history);
  writeRecords(writer, message.records);
  writer.flag(message.rest !== null);
  if (message.rest !== null) writeRest(writer, message.rest);
  writeRecords(writer, message.done);
  writeRecords(writer, message.log);
}

export function readStatePart(reader: Reader): StatePart {
  const part = reader.uint48();
  const base = reader.uint48();
  const next = readServer(reader);
  const history = readHistory(reader);
  const records = readRecords(reader);
  const rest = reader.flag() ? readRest(reader) : null;
  const done = readRecords(reader);
  const log = readRecords(reader);
  return { kind: 'state', part, base, next, history, records, rest, done, log };
}

function writeRest(writer: Writer, rest: StateRest): void {
  writer.uint48(rest.watermark);
  writer.uint48(rest.floor);
  writer.uint32(rest.origins.length);
  for (const [origin, request] of rest.origins) {
    writer.uint48(origin);
    writer.uint48(request);
  }
}

function readRest(reader: Reader): StateRest {
  const watermark = reader.uint48();
  const floor = reader.uint48();
  const origins = readOrigins(reader);
  return { watermark, floor, origins };
}

function readOrigins(reader: Reader): (readonly [ServerId, number])[] {
  const count = reader.checked(reader.uint32(), ORIGIN_BYTES);
  const origins: (readonly [ServerId, number])[] = [];
  for (let i = 0; i < count; i++) {
    const origin = reader.uint48();
    const request = reader.uint48();
    origins.push([origin, request]);
  }
  return origins;
}
