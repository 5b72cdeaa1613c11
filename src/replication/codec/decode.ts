import type { Message } from '../messages.js';
import {
  readBlobLive,
  readBlobOpen,
  readBlobPiece,
  readBlobProgress,
  readBlobRefused,
  readBlobWant,
} from './blobs.js';
import { readAccept, readPrepare } from './choice.js';
import { KINDS_BY_CODE, MIN_MESSAGE_BYTES } from './format.js';
import { Reader } from './reader.js';
import { readStatePart } from './state.js';
import { unreachable } from './unreachable.js';
import {
  readAppend,
  readFound,
  readHeartbeat,
  readInvite,
  readJoin,
  readLookup,
  readSubmit,
} from './view-messages.js';
import { readView } from './views.js';

/**
 * The messages of one payload. Throws `MalformedMessage` for anything that `encodeMessages` does not write, before
 * it allocates more than a small multiple of the payload.
 *
 * Bodies of 32 KiB and more are parts of `payload`: whoever reads it from the network must not write into it again.
 */
export function decodeMessages(payload: Buffer): Message[] {
  const reader = new Reader(payload);
  const count = reader.checked(reader.uint32(), MIN_MESSAGE_BYTES);
  const messages: Message[] = [];
  for (let i = 0; i < count; i++) messages.push(readMessage(reader));
  reader.finish();
  return messages;
}

function readMessage(reader: Reader): Message {
  const code = reader.uint8();
  const kind = KINDS_BY_CODE[code];
  if (kind === undefined) throw reader.malformed(`${code} is no kind of message`);
  switch (kind) {
    case 'append':
      return readAppend(reader);
    case 'submit':
      return readSubmit(reader);
    case 'stored':
      return { kind: 'stored', view: reader.viewId(), revision: reader.uint48() };
    case 'watermark':
      return { kind: 'watermark', view: reader.viewId(), revision: reader.uint48() };
    case 'heartbeat':
      return readHeartbeat(reader);
    case 'lookup':
      return readLookup(reader);
    case 'found':
      return readFound(reader);
    case 'invite':
      return readInvite(reader);
    case 'prepare':
      return readPrepare(reader);
    case 'accept':
      return readAccept(reader);
    case 'install':
      return { kind: 'install', view: readView(reader), isActive: reader.flag() };
    case 'probe':
      return { kind: 'probe', stamp: reader.time() };
    case 'probe-answer':
      return { kind: 'probe-answer', stamp: reader.time() };
    case 'join':
      return readJoin(reader);
    case 'join-refused':
      return { kind: 'join-refused', reason: reader.text() };
    case 'state':
      return readStatePart(reader);
    case 'state-answer':
      return { kind: 'state-answer', part: reader.uint48() };
    case 'blob-open':
      return readBlobOpen(reader);
    case 'blob-want':
      return readBlobWant(reader);
    case 'blob-piece':
      return readBlobPiece(reader);
    case 'blob-progress':
      return readBlobProgress(reader);
    case 'blob-refused':
      return readBlobRefused(reader);
    case 'blob-live':
      return readBlobLive(reader);
    default:
      return unreachable(kind);
  }
}
