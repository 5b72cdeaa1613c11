import type {
  Accept,
  Accepted,
  Accused,
  Ballot,
  Promise as MemberPromise,
  Newcomer,
  Prepare,
} from '../messages.js';
import { readIds, readList, readTimes, writeIds, writeList, writeTimes } from './lists.js';
import type { Reader } from './reader.js';
import {
  readOptional,
  readServer,
  readView,
  readVote,
  writeOptional,
  writeServer,
  writeView,
  writeVote,
} from './views.js';
import type { Writer } from './writer.js';

const MIN_PROMISE_BYTES = 33;
const ACCUSED_BYTES = 7;
const MIN_NEWCOMER_BYTES = 39;

export function writePrepare(writer: Writer, message: Prepare): void {
  writeView(writer, message.of);
  writeBallot(writer, message.ballot);
  writeList(writer, message.promises, writePromise);
  writeList(writer, message.accused, writeAccused);
  writer.flag(message.objected);
  writeList(writer, message.newcomers, writeNewcomer);
  writeIds(writer, message.leavers);
  writeIds(writer, message.filled);
}

export function readPrepare(reader: Reader): Prepare {
  const of = readView(reader);
  const ballot = readBallot(reader);
  const promises = readList(reader, MIN_PROMISE_BYTES, readPromise);
  const accused = readList(reader, ACCUSED_BYTES, readAccused);
  const objected = reader.flag();
  const newcomers = readList(reader, MIN_NEWCOMER_BYTES, readNewcomer);
  const leavers = readIds(reader);
  const filled = readIds(reader);
  return { kind: 'prepare', of, ballot, promises, accused, objected, newcomers, leavers, filled };
}

export function writeAccept(writer: Writer, message: Accept): void {
  writeView(writer, message.of);
  writeBallot(writer, message.ballot);
  writeView(writer, message.view);
  writeIds(writer, message.acceptedBy);
  writeIds(writer, message.leavers);
  writeIds(writer, message.gone);
}

export function readAccept(reader: Reader): Accept {
  const of = readView(reader);
  const ballot = readBallot(reader);
  const view = readView(reader);
  const acceptedBy = readIds(reader);
  const leavers = readIds(reader);
  const gone = readIds(reader);
  return { kind: 'accept', of, ballot, view, acceptedBy, leavers, gone };
}

function writeBallot(writer: Writer, ballot: Ballot): void {
  writer.uint48(ballot.number);
  writer.uint48(ballot.proposer);
}

function readBallot(reader: Reader): Ballot {
  const number = reader.uint48();
  const proposer = reader.uint48();
  return { number, proposer };
}

function writePromise(writer: Writer, promise: MemberPromise): void {
  writer.uint48(promise.member);
  writeOptional(writer, promise.as, writeServer);
  writer.flag(promise.isDamaged);
  writer.flag(promise.lacks);
  writer.flag(promise.adopts);
  writer.uint48(promise.last);
  writer.uint48(promise.watermark);
  writeOptional(writer, promise.accepted, writeAccepted);
  writeTimes(writer, promise.ages);
  writer.time(promise.holdMs);
}

function readPromise(reader: Reader): MemberPromise {
  const member = reader.uint48();
  const as = readOptional(reader, readServer);
  const isDamaged = reader.flag();
  const lacks = reader.flag();
  const adopts = reader.flag();
  const last = reader.uint48();
  const watermark = reader.uint48();
  const accepted = readOptional(reader, readAccepted);
  const ages = readTimes(reader);
  const holdMs = reader.time();
  return { member, as, isDamaged, lacks, adopts, last, watermark, accepted, ages, holdMs };
}

function writeAccepted(writer: Writer, accepted: Accepted): void {
  writeBallot(writer, accepted.ballot);
  writeView(writer, accepted.view);
}

function readAccepted(reader: Reader): Accepted {
  const ballot = readBallot(reader);
  const view = readView(reader);
  return { ballot, view };
}

function writeAccused(writer: Writer, accused: Accused): void {
  writer.uint48(accused.id);
  writer.flag(accused.gone);
}

function readAccused(reader: Reader): Accused {
  const id = reader.uint48();
  const gone = reader.flag();
  return { id, gone };
}

function writeNewcomer(writer: Writer, newcomer: Newcomer): void {
  writeServer(writer, newcomer.server);
  writer.uint48(newcomer.after);
  writer.uint48(newcomer.last);
  writer.flag(newcomer.full);
  writeOptional(writer, newcomer.vote, writeVote);
}

function readNewcomer(reader: Reader): Newcomer {
  const server = readServer(reader);
  const after = reader.uint48();
  const last = reader.uint48();
  const full = reader.flag();
  const vote = readOptional(reader, readVote);
  return { server, after, last, full, vote };
}
