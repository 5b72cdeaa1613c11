import type { Server } from '../server.js';
import type { Member, View, ViewId } from '../view.js';
import { readList, writeList } from './lists.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

const MIN_SERVER_BYTES = 18;
const MIN_MEMBER_BYTES = MIN_SERVER_BYTES + 7;

export function writeViewId(writer: Writer, id: ViewId): void {
  writer.uint32(id.number);
  writer.uint48(id.proposer);
}

export function writeServer(writer: Writer, server: Server): void {
  writer.uint48(server.id);
  writer.text(server.name);
  writer.text(server.url);
  writer.text(server.ring);
  writer.uint48(server.priority);
}

export function readServer(reader: Reader): Server {
  const id = reader.uint48();
  const name = reader.text();
  const url = reader.text();
  const ring = reader.text();
  const priority = reader.uint48();
  return { id, name, url, ring, priority };
}

export function writeView(writer: Writer, view: View): void {
  writeViewId(writer, view.id);
  writer.flag(view.parent !== null);
  if (view.parent !== null) writeViewId(writer, view.parent);
  writer.uint48(view.ring);
  writeList(writer, view.members, writeMember);
  writer.uint48(view.start);
  writer.flag(view.provisional);
  writer.time(view.holdMs);
}

export function readView(reader: Reader): View {
  const id = reader.viewId();
  const parent = reader.flag() ? reader.viewId() : null;
  const ring = reader.uint48();
  const members = readList(reader, MIN_MEMBER_BYTES, readMember);
  const start = reader.uint48();
  const provisional = reader.flag();
  const holdMs = reader.time();
  return { id, parent, ring, members, start, provisional, holdMs };
}

function writeMember(writer: Writer, member: Member): void {
  writeServer(writer, member);
  writer.flag(member.full);
  writer.uint48(member.last);
}

function readMember(reader: Reader): Member {
  const { id, name, url, ring, priority } = readServer(reader);
  const full = reader.flag();
  const last = reader.uint48();
  return { id, name, url, ring, priority, full, last };
}
