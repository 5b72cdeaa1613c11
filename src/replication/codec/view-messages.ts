import type { Append, Found, Heartbeat, Invite, Join, Lookup, Submit } from '../messages.js';
import { inlineBody } from '../record.js';
import { readSpan, writeSpan } from './blobs.js';
import { readIds, readTimes, writeIds, writeTimes } from './lists.js';
import { readOperation, writeOperation } from './operations.js';
import type { Reader } from './reader.js';
import { readRecord, writeRecord } from './records.js';
import { readHistory, readServer, writeHistory, writeServer, writeViewId } from './views.js';
import type { Writer } from './writer.js';

export function writeSubmit(writer: Writer, message: Submit): void {
  writeViewId(writer, message.view);
  writer.uint48(message.origin);
  writer.uint48(message.request);
  writeOperation(writer, message.operation);
}

export function readSubmit(reader: Reader): Submit {
  const view = reader.viewId();
  const origin = reader.uint48();
  const request = reader.uint48();
  const operation = readOperation(reader);
  return { kind: 'submit', view, origin, request, operation };
}

/** A bare one has no body on the wire, whatever the sender has in memory. */
export function writeAppend(writer: Writer, message: Append): void {
  writeViewId(writer, message.view);
  writer.flag(message.bare);
  writeRecord(writer, message.record, message.bare ? null : inlineBody(message.record.body));
}

export function readAppend(reader: Reader): Append {
  const view = reader.viewId();
  const bare = reader.flag();
  const record = readRecord(reader);
  if (bare && record.body !== null) throw reader.malformed('a bare append has a body');
  return { kind: 'append', view, record, bare };
}

export function writeHeartbeat(writer: Writer, message: Heartbeat): void {
  writeViewId(writer, message.view);
  writer.uint48(message.lap);
  writeTimes(writer, message.stamps);
  writeTimes(writer, message.echo);
  writer.uint48(message.room);
  writer.uint48(message.roomEcho);
  writeIds(writer, message.leavers);
  writeIds(writer, message.leaversEcho);
  writer.uint48(message.kept);
  writer.uint48(message.keptEcho);
  writeTimes(writer, message.loads);
  writeTimes(writer, message.loadsEcho);
}

export function readHeartbeat(reader: Reader): Heartbeat {
  const view = reader.viewId();
  const lap = reader.uint48();
  const stamps = readTimes(reader);
  const echo = readTimes(reader);
  const room = reader.uint48();
  const roomEcho = reader.uint48();
  const leavers = readIds(reader);
  const leaversEcho = readIds(reader);
  const kept = reader.uint48();
  const keptEcho = reader.uint48();
  const loads = readTimes(reader);
  const loadsEcho = readTimes(reader);
  const all = { leavers, leaversEcho, kept, keptEcho, loads, loadsEcho };
  return { kind: 'heartbeat', view, lap, stamps, echo, room, roomEcho, ...all };
}

export function writeLookup(writer: Writer, message: Lookup): void {
  writeViewId(writer, message.view);
  writer.uint48(message.asker);
  writer.text(message.key);
  writer.uint48(message.revision);
  writeSpan(writer, message.span);
}

export function readLookup(reader: Reader): Lookup {
  const view = reader.viewId();
  const asker = reader.uint48();
  const key = reader.text();
  const revision = reader.uint48();
  return { kind: 'lookup', view, asker, key, revision, span: readSpan(reader) };
}

export function writeFound(writer: Writer, message: Found): void {
  writeViewId(writer, message.view);
  writer.uint48(message.asker);
  writer.uint48(message.holder);
  writer.text(message.key);
  writer.uint48(message.revision);
  writer.body(message.body);
}

export function readFound(reader: Reader): Found {
  const view = reader.viewId();
  const asker = reader.uint48();
  const holder = reader.uint48();
  const key = reader.text();
  const revision = reader.uint48();
  const body = reader.body();
  return { kind: 'found', view, asker, holder, key, revision, body };
}

export function writeInvite(writer: Writer, message: Invite): void {
  writeViewId(writer, message.view);
  writeServer(writer, message.newcomer);
  writer.uint48(message.base);
  writer.flag(message.lacks);
  writer.uint48(message.host);
  writeIds(writer, message.failed);
}

export function readInvite(reader: Reader): Invite {
  const view = reader.viewId();
  const newcomer = readServer(reader);
  const base = reader.uint48();
  const lacks = reader.flag();
  const host = reader.uint48();
  const failed = readIds(reader);
  return { kind: 'invite', view, newcomer, base, lacks, host, failed };
}

export function writeJoin(writer: Writer, message: Join): void {
  writeServer(writer, message.newcomer);
  writer.uint48(message.ring);
  writer.uint48(message.watermark);
  writer.flag(message.lacks);
  writeHistory(writer, message.history);
  writer.flag(message.yields);
}

export function readJoin(reader: Reader): Join {
  const newcomer = readServer(reader);
  const ring = reader.uint48();
  const watermark = reader.uint48();
  const lacks = reader.flag();
  const history = readHistory(reader);
  const yields = reader.flag();
  return { kind: 'join', newcomer, ring, watermark, lacks, history, yields };
}
