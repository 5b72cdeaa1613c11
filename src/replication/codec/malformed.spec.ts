import { describe, expect, it } from '@jest/globals';
import type { Message } from '../messages.js';
import { NO_META, type LogRecord } from '../record.js';
import { decodeMessages, encodeMessages, MalformedMessage } from './index.js';

const view = { number: 1, proposer: 2 };
const record: LogRecord = {
  revision: 3,
  origin: 4,
  request: 5,
  kind: 'put',
  key: 'key',
  modified: 6,
  type: '',
  meta: NO_META,
  size: 4,
  digest: '0123456789abcdef',
  body: Buffer.from('body'),
  replaced: false,
  refusal: null,
  floor: 0,
  expires: 0,
  token: '',
  of: 0,
  blob: 0,
  replicas: 0,
  holders: [],
};
const append: Message = { kind: 'append', view, record, bare: false };
const piece: Message = {
  kind: 'blob-piece',
  view,
  source: 1,
  blob: 2,
  index: 3,
  bytes: Buffer.from('p'),
  digest: '0123456789abcdef',
};
const refused: Message = { kind: 'join-refused', reason: 'why' };

// Offsets in the payload of one append: the count, its kind, its view, then `bare` and the record.
const BARE = 4 + 1 + 10;
const FLAGS = BARE + 1;
const REFUSAL = FLAGS + 1;
const KEY = REFUSAL + 1 + 18;
const MODIFIED = KEY + 2 + 3;

/** A submit up to its flags, an empty key and an empty type; its metadata would follow. */
const SUBMIT_WITH = '00000001 01 00000001000000000002 000000000003 000000000004 00 0000 0000';

/** What each message about a large body begins with. */
const BLOB = '00000001000000000002 000000000001 000000000002';

/** A part of the state up to its history; the server to reach has only empty texts. */
const STATE =
  '00000001 10 000000000001 000000000000 000000000002 0000 0000 0000 000000000000 00 000000000000 00 000000000000';

/** The payload of one message with some of its bytes replaced. */
function patched(message: Message, offset: number, ...bytes: readonly number[]): Buffer {
  const payload = Buffer.from(encodeMessages([message]));
  payload.set(bytes, offset);
  return payload;
}

function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

describe('a malformed payload', () => {
  it.each<[string, Buffer, RegExp]>([
    ['nothing at all', hex(''), /4 bytes expected, 0 left, at byte 0 of the payload\.$/],
    ['an unknown kind', hex('00000001 ff0000'), /255 is no kind of message/],
    ['the kind 0', hex('00000001 000000'), /0 is no kind of message/],
    ['more messages than it has room for', hex('ffffffff 0f0000'), /a count of 4294967295 is more than/],
    ['bytes after the last message', hex('00000001 0f0000 00'), /1 bytes too many/],
    ['a text longer than the payload', hex('00000001 0f ffff 61'), /65535 bytes expected, 1 left/],
    [
      'a list longer than the payload',
      hex('00000001 05 00000001000000000002 000000000001 ffff'),
      /a count of 65535/,
    ],
    ['records beyond the payload', hex(`${STATE} 0000 ffffffff 00`), /a count of 4294967295/],
    ['a text that is cut in a character', patched(refused, 9, 0xc3), /not UTF-8/],
    ['a text with half a surrogate pair', patched(refused, 7, 0xed, 0xa0, 0x80), /not UTF-8/],
    ['an overlong character', patched(refused, 7, 0xc0, 0x80), /not UTF-8/],
    ['a key that is not UTF-8', patched(append, KEY + 2, 0xff), /not UTF-8/],
    ['neither yes nor no', patched(append, BARE, 2), /2 is neither yes nor no/],
    ['a body in a bare append', patched(append, BARE, 1), /a bare append has a body/],
    ['an unknown kind of a record', patched(append, FLAGS, 0x07), /7 are no flags of a record/],
    ['an unknown flag of a record', patched(append, FLAGS, 0x08), /8 are no flags of a record/],
    ['an unknown refusal', patched(append, REFUSAL, 5), /or it has no such refusal/],
    ['a history longer than the payload', hex(`${STATE} ffff 00`), /a count of 65535/],
    ['a time that is no number', patched(append, MODIFIED, 0x7f, 0xf8), /NaN is not a time/],
    ['a time without end', patched(append, MODIFIED, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0), /Infinity is not a time/],
    ['a time before never', patched(append, MODIFIED, 0xc0, 0), /-2 is not a time/],
    [
      'a time past the safe integers',
      patched(append, MODIFIED, 0x43, 0x40, 0, 0, 0, 0, 0, 0),
      /9007199254740992 is/,
    ],
    ['a metadata name twice', hex(`${SUBMIT_WITH} 0002 000161 0000 000161 0000 000000000000`), /comes twice/],
    [
      'a piece with bytes missing',
      hex(`00000001 14 ${BLOB} 000000000003 00 00000002 70`),
      /2 bytes expected/,
    ],
    [
      'a piece that may have a digest',
      hex(`00000001 14 ${BLOB} 000000000003 02 00000000`),
      /2 is neither yes/,
    ],
    ['no reason of three', hex(`00000001 16 ${BLOB} 03`), /for no known reason/],
    [
      'an empty span',
      hex(
        '00000001 06 00000001000000000002 000000000001 0000 000000000002 01 000000000003 00000004 00000004',
      ),
      /no piece/,
    ],
    [
      'blobs beyond the payload',
      hex('00000001 17 00000001000000000002 000000000001 ffff'),
      /a count of 65535/,
    ],
    [
      'an unknown flag of an operation',
      hex(SUBMIT_WITH.replace(/00 0000 0000$/, '80 0000 0000')),
      /no flags of an/,
    ],
  ])('is refused: %s', (_, payload, reason) => {
    expect(() => decodeMessages(payload)).toThrow(MalformedMessage);
    expect(() => decodeMessages(payload)).toThrow(reason);
  });

  it('is refused wherever it is cut', () => {
    const payload = encodeMessages([append, piece, refused]);
    for (let length = 0; length < payload.length; length++) {
      expect(() => decodeMessages(payload.subarray(0, length))).toThrow(MalformedMessage);
    }
  });
});

describe('a value that does not fit its field', () => {
  it.each<[string, Message]>([
    ['a negative revision', { kind: 'stored', view, revision: -1 }],
    ['a broken revision', { kind: 'stored', view, revision: 1.5 }],
    ['a revision of 49 bits', { kind: 'stored', view, revision: 2 ** 48 }],
    ['a revision that is no number', { kind: 'stored', view, revision: Number.NaN }],
    ['a view number of 33 bits', { kind: 'stored', view: { number: 2 ** 32, proposer: 1 }, revision: 1 }],
    ['a time that is no number', { kind: 'probe', stamp: Number.NaN }],
    ['a text of more than 65,535 bytes', { kind: 'join-refused', reason: 'ä'.repeat(32_768) }],
    ['half a surrogate pair', { kind: 'join-refused', reason: 'a\ud800' }],
    ['a digest in upper case', { ...append, record: { ...record, digest: '0123456789ABCDEF' } }],
    ['a digest that is too short', { ...append, record: { ...record, digest: '0123' } }],
    ['a digest of a piece that is too long', { ...piece, digest: '0123456789abcdef0' }],
    ['a digest beyond ASCII', { ...append, record: { ...record, digest: 'ä123456789abcdef' } }],
  ])('is not sent: %s', (_, message) => {
    expect(() => encodeMessages([message])).toThrow(RangeError);
  });
});
