import type { Step, Vote } from '../saved.js';
import type { Server } from '../server.js';
import type { Member, Root, View, ViewId } from '../view.js';
import { readIds, readList, writeIds, writeList } from './lists.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

const MIN_SERVER_BYTES = 32;
const MIN_MEMBER_BYTES = MIN_SERVER_BYTES + 13;
const STEP_BYTES = 16;

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
  writer.flag(server.durable);
  writer.uint48(server.capacity);
  writer.flag(server.serves);
  writer.uint48(server.was);
}

export function readServer(reader: Reader): Server {
  const id = reader.uint48();
  const name = reader.text();
  const url = reader.text();
  const ring = reader.text();
  const priority = reader.uint48();
  const durable = reader.flag();
  const capacity = reader.uint48();
  const serves = reader.flag();
  const was = reader.uint48();
  return { id, name, url, ring, priority, durable, capacity, serves, was };
}

export function writeView(writer: Writer, view: View): void {
  writeViewId(writer, view.id);
  writer.flag(view.parent !== null);
  if (view.parent !== null) writeViewId(writer, view.parent);
  writer.uint48(view.ring);
  writeList(writer, view.members, writeMember);
  writer.uint48(view.start);
  writer.flag(view.provisional);
  writeOptional(writer, view.root, writeRoot);
  writer.time(view.holdMs);
}

export function readView(reader: Reader): View {
  const id = reader.viewId();
  const parent = reader.flag() ? reader.viewId() : null;
  const ring = reader.uint48();
  const members = readList(reader, MIN_MEMBER_BYTES, readMember);
  const start = reader.uint48();
  const provisional = reader.flag();
  const root = readOptional(reader, readRoot);
  const holdMs = reader.time();
  return { id, parent, ring, members, start, provisional, root, holdMs };
}

function writeMember(writer: Writer, member: Member): void {
  writeServer(writer, member);
  writer.flag(member.full);
  writer.uint48(member.last);
  writer.uint48(member.vote);
}

function readMember(reader: Reader): Member {
  const { id, name, url, ring, priority, durable, capacity, serves, was } = readServer(reader);
  const full = reader.flag();
  const last = reader.uint48();
  const vote = reader.uint48();
  return { id, name, url, ring, priority, durable, capacity, serves, was, full, last, vote };
}

export function writeOptional<Item>(
  writer: Writer,
  item: Item | null,
  writeItem: (writer: Writer, item: Item) => void,
): void {
  writer.flag(item !== null);
  if (item !== null) writeItem(writer, item);
}

export function readOptional<Item>(reader: Reader, readItem: (reader: Reader) => Item): Item | null {
  return reader.flag() ? readItem(reader) : null;
}

export function writeVote(writer: Writer, vote: Vote): void {
  writeViewId(writer, vote.view);
  writer.uint48(vote.as);
  writer.flag(vote.isBound);
}

export function readVote(reader: Reader): Vote {
  const view = reader.viewId();
  const as = reader.uint48();
  const isBound = reader.flag();
  return { view, as, isBound };
}

export function writeHistory(writer: Writer, history: readonly Step[]): void {
  writeList(writer, history, writeStep);
}

export function readHistory(reader: Reader): Step[] {
  return readList(reader, STEP_BYTES, readStep);
}

function writeStep(writer: Writer, step: Step): void {
  writeViewId(writer, step.id);
  writer.uint48(step.start);
}

function readStep(reader: Reader): Step {
  const id = reader.viewId();
  const start = reader.uint48();
  return { id, start };
}

function writeRoot(writer: Writer, root: Root): void {
  writeViewId(writer, root.id);
  writeIds(writer, root.members);
}

function readRoot(reader: Reader): Root {
  const id = reader.viewId();
  const members = readIds(reader);
  return { id, members };
}
