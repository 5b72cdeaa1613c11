import { describe, expect, it } from '@jest/globals';
import type { Message } from '../messages.js';
import { NO_META, type LogRecord } from '../record.js';
import { decodeMessages, encodeMessages, FORMAT_VERSION, MalformedMessage } from './index.js';

/** Payloads to try, each mutated or made up; a million take some ten seconds. */
const FUZZ_PAYLOADS = Number(process.env['RINGLET_CODEC_FUZZ'] ?? 20_000);

const view = { number: 7, proposer: 0xa1a2a3a4a5a6 };
const where = { url: 'http://h:1', ring: 'h:2' };
const server = {
  id: 0xb1b2b3b4b5b6,
  name: 'one',
  ...where,
  priority: 1,
  durable: true,
  capacity: 0x91929394,
  serves: true,
  was: 0xd1d2d3d4d5d6,
};
const vote = { view: { number: 5, proposer: 4 }, as: 0xe1e2e3e4e5e6, isBound: true };
const history = [{ id: { number: 5, proposer: 4 }, start: 8 }];
const whole = {
  id: view,
  parent: { number: 6, proposer: 1 },
  ring: 0xc1c2c3c4c5c6,
  members: [{ ...server, full: true, last: 9, vote: 6 }],
  start: 9,
  provisional: true,
  root: { id: vote.view, members: [6, 7] },
  holdMs: 606,
};
const put: LogRecord = {
  revision: 0x010203040506,
  origin: 2,
  request: 3,
  kind: 'put',
  key: 'kö',
  modified: 1,
  type: 'a/b',
  meta: { n: 'v' },
  size: 2,
  digest: '0123456789abcdef',
  body: Buffer.from('hi'),
  replaced: true,
  refusal: null,
  floor: 0,
  expires: 0,
  token: '',
  of: 0,
  blob: 8,
  replicas: 0,
  holders: [],
};
const refusal: LogRecord = { ...put, kind: 'refusal', meta: NO_META, body: null, refusal: 'absent' };
const repeat: LogRecord = { ...refusal, kind: 'repeat', refusal: 'reused', expires: 2, token: 't', of: 5 };
const operation = {
  kind: 'put' as const,
  key: 'k',
  condition: { kind: 'match' as const, etags: ['"1-0"'] },
  type: '',
  meta: NO_META,
  size: 1,
  digest: '',
  body: Buffer.from('x'),
  ttlMs: 1.5,
  token: 't',
  blob: 6,
  offer: { since: 7, origin: 8, request: 9, isPast: true },
  replicas: 0,
};
const ballot = { number: 2, proposer: 3 };
const accepted = { ballot, view: { ...whole, members: [], root: null } };
const promise = {
  member: 1,
  as: server,
  isDamaged: true,
  lacks: false,
  adopts: true,
  last: 2,
  watermark: 1,
  accepted,
  ages: [-1],
};
const rest = { watermark: 1, floor: 2, origins: [[3, 4]] as const };

/** One message of each kind with its bytes. Where they change on purpose, FORMAT_VERSION changes with them. */
const golden: { readonly [Kind in Message['kind']]: readonly [Extract<Message, { kind: Kind }>, string] } = {
  submit: [
    { kind: 'submit', view, origin: 1, request: 2, operation },
    '000000010100000007a1a2a3a4a5a60000000000010000000000023c00016b0001000522312d3022000000000000000000013ff8000000000000000174000000000006000000000007000000000008000000000009010000000178',
  ],
  append: [
    { kind: 'append', view, record: put, bare: false },
    '000000010200000007a1a2a3a4a5a600700001020304050600000000000200000000000300036bc3b63ff00000000000000003612f62000100016e0001760000000000020123456789abcdef00000000000000000000000000000000000000000000000000000008000000026869',
  ],
  stored: [{ kind: 'stored', view, revision: 5 }, '000000010300000007a1a2a3a4a5a6000000000005'],
  watermark: [{ kind: 'watermark', view, revision: 5 }, '000000010400000007a1a2a3a4a5a6000000000005'],
  heartbeat: [
    {
      kind: 'heartbeat',
      view,
      lap: 1,
      stamps: [-1, 2],
      echo: [0.5],
      room: 3,
      roomEcho: 4,
      leavers: [5],
      leaversEcho: [6, 7],
      kept: 8,
      keptEcho: 9,
      loads: [],
      loadsEcho: [1],
    },
    '000000010500000007a1a2a3a4a5a60000000000010002bff0000000000000400000000000000000013fe000000000000000000000000300000000000400010000000000050002000000000006000000000007000000000008000000000009000000013ff0000000000000',
  ],
  lookup: [
    { kind: 'lookup', view, asker: 1, key: 'k', revision: 2, span: { fetch: 3, from: 4, to: 5 } },
    '000000010600000007a1a2a3a4a5a600000000000100016b000000000002010000000000030000000400000005',
  ],
  found: [
    { kind: 'found', view, asker: 1, holder: 2, key: 'k', revision: 3, body: Buffer.from('b') },
    '000000010700000007a1a2a3a4a5a600000000000100000000000200016b0000000000030000000162',
  ],
  invite: [
    { kind: 'invite', view, newcomer: server, base: 3, lacks: true, host: 1, failed: [2] },
    '000000010800000007a1a2a3a4a5a6b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d6000000000003010000000000010001000000000002',
  ],
  prepare: [
    {
      kind: 'prepare',
      of: whole,
      ballot,
      promises: [{ ...promise, holdMs: 0 }],
      accused: [{ id: 1, gone: true }],
      objected: true,
      newcomers: [{ server, after: 1, last: 2, full: false, vote: null }],
      leavers: [3],
      filled: [4],
    },
    '000000010900000007a1a2a3a4a5a60100000006000000000001c1c2c3c4c5c60001b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d60100000000000900000000000600000000000901010000000500000000000400020000000000060000000000074082f00000000000000000000002000000000003000100000000000101b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d60100010000000000020000000000010100000000000200000000000300000007a1a2a3a4a5a60100000006000000000001c1c2c3c4c5c6000000000000000901004082f000000000000001bff00000000000000000000000000000000100000000000101010001b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d6000000000001000000000002000000010000000000030001000000000004',
  ],
  accept: [
    {
      kind: 'accept',
      of: whole,
      ballot,
      view: { ...whole, parent: null },
      acceptedBy: [1],
      leavers: [3],
      gone: [2],
    },
    '000000010a00000007a1a2a3a4a5a60100000006000000000001c1c2c3c4c5c60001b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d60100000000000900000000000600000000000901010000000500000000000400020000000000060000000000074082f0000000000000000000000200000000000300000007a1a2a3a4a5a600c1c2c3c4c5c60001b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d60100000000000900000000000600000000000901010000000500000000000400020000000000060000000000074082f00000000000000100000000000100010000000000030001000000000002',
  ],
  install: [
    { kind: 'install', view: whole, isActive: true },
    '000000010b00000007a1a2a3a4a5a60100000006000000000001c1c2c3c4c5c60001b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d60100000000000900000000000600000000000901010000000500000000000400020000000000060000000000074082f0000000000001',
  ],
  probe: [{ kind: 'probe', stamp: 1 }, '000000010c3ff0000000000000'],
  'probe-answer': [{ kind: 'probe-answer', stamp: 1 }, '000000010d3ff0000000000000'],
  join: [
    {
      kind: 'join',
      newcomer: server,
      ring: 1,
      watermark: 2,
      lacks: true,
      history,
      yields: false,
    },
    '000000010eb1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d60000000000010000000000020100010000000500000000000400000000000800',
  ],
  'join-refused': [{ kind: 'join-refused', reason: 'no' }, '000000010f00026e6f'],
  state: [
    {
      kind: 'state',
      part: 1,
      base: 4,
      next: server,
      history,
      records: [refusal],
      rest,
      done: [repeat],
      log: [],
    },
    '0000000110000000000001000000000004b1b2b3b4b5b600036f6e65000a687474703a2f2f683a310003683a320000000000010100009192939401d1d2d3d4d5d600010000000500000000000400000000000800000001320201020304050600000000000200000000000300036bc3b63ff00000000000000003612f6200000000000000020123456789abcdef00000000000000000000000000000000000000000000000000000008010000000000010000000000020000000100000000000300000000000400000001350301020304050600000000000200000000000300036bc3b63ff00000000000000003612f6200000000000000020123456789abcdef000000000000400000000000000000017400000000000500000000000800000000',
  ],
  'state-answer': [{ kind: 'state-answer', part: 1 }, '0000000111000000000001'],
  'blob-open': [
    { kind: 'blob-open', view, source: 1, blob: 2, end: 3, size: -1, key: 'k', revision: 4, span: null },
    '000000011200000007a1a2a3a4a5a600000000000100000000000200000000000300000000000000016b00000000000400',
  ],
  'blob-want': [
    { kind: 'blob-want', view, source: 1, blob: 2, held: 3 },
    '000000011300000007a1a2a3a4a5a6000000000001000000000002000000000003',
  ],
  'blob-piece': [
    {
      kind: 'blob-piece',
      view,
      source: 1,
      blob: 2,
      index: 3,
      bytes: Buffer.from('p'),
      digest: '0123456789abcdef',
    },
    '000000011400000007a1a2a3a4a5a6000000000001000000000002000000000003010123456789abcdef0000000170',
  ],
  'blob-progress': [
    { kind: 'blob-progress', view, source: 1, blob: 2, held: 3 },
    '000000011500000007a1a2a3a4a5a6000000000001000000000002000000000003',
  ],
  'blob-refused': [
    { kind: 'blob-refused', view, source: 1, blob: 2, reason: 'full' },
    '000000011600000007a1a2a3a4a5a600000000000100000000000201',
  ],
  'blob-live': [
    { kind: 'blob-live', view, source: 1, blobs: [2, 3] },
    '000000011700000007a1a2a3a4a5a60000000000010002000000000002000000000003',
  ],
};

describe('the format', () => {
  it.each(Object.entries(golden))('has not changed: %s', (_, sample: readonly [Message, string]) => {
    const [message, digits] = sample;
    expect(FORMAT_VERSION).toBe(7);
    expect(encodeMessages([message]).toString('hex')).toBe(digits);
    expect(decodeMessages(Buffer.from(digits, 'hex'))).toStrictEqual([message]);
  });

  it('has a payload for no message', () => {
    expect(encodeMessages([]).toString('hex')).toBe('00000000');
    expect(decodeMessages(Buffer.alloc(4))).toEqual([]);
  });
});

/** Numbers from 0 up to `below`, the same for every run (xorshift32, Marsaglia 2003). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const originals = Object.values(golden).map(([message]) => encodeMessages([message, message]));

/** Bytes put in, taken out, replaced, joined from two payloads, or noise only. */
function mutated(next: (below: number) => number): Buffer {
  const original = originals[next(originals.length)]!;
  const other = originals[next(originals.length)]!;
  const start = original.subarray(0, next(original.length));
  const noise = Buffer.from(
    Array.from({ length: 1 + next(8) }, () => [0, 255, next(256), next(256)][next(4)]!),
  );
  switch (next(6)) {
    case 0:
      return Buffer.concat([start, noise, original.subarray(start.length)]);
    case 1:
      return Buffer.concat([start, original.subarray(start.length + noise.length)]);
    case 2:
      return Buffer.concat([start, other.subarray(next(other.length))]);
    case 3:
      return Buffer.concat([
        Buffer.from([0, 0, 0, next(4), next(24)]),
        noise,
        original.subarray(start.length),
      ]);
    case 4:
      return Buffer.concat([start, noise, original.subarray(start.length + noise.length)]);
    default:
      return Buffer.from(Array.from({ length: next(64) }, (_, i) => (i < 3 ? 0 : next(256))));
  }
}

function decodedOrNull(payload: Buffer): Message[] | null {
  try {
    return decodeMessages(payload);
  } catch (error) {
    if (error instanceof MalformedMessage) return null;
    throw error;
  }
}

describe('a payload of any bytes', () => {
  it(`is decoded or malformed, and never anything else (${FUZZ_PAYLOADS} payloads)`, () => {
    const next = numbersFrom(1);
    let decoded = 0;
    for (let i = 0; i < FUZZ_PAYLOADS; i++) {
      const payload = mutated(next);
      const messages = decodedOrNull(payload);
      if (messages === null) continue;
      decoded++;
      // What is taken in is what is written: there is one payload for a batch.
      if (!encodeMessages(messages).equals(payload)) throw new Error(payload.toString('hex'));
    }
    expect(decoded).toBeGreaterThan(0);
    expect(decoded).toBeLessThan(FUZZ_PAYLOADS);
  }, 600_000);
});
