import { describe, expect, it } from '@jest/globals';
import type { Message } from '../messages.js';
import { NO_META, type LogRecord } from '../record.js';
import { decodeMessages, encodeMessages, FORMAT_VERSION, MalformedMessage } from './index.js';

/** Payloads to try, each mutated or made up; a million take about a minute. */
const FUZZ_PAYLOADS = Number(process.env['RINGLET_CODEC_FUZZ'] ?? 20_000);

const view = { number: 7, proposer: 0xa1a2a3a4a5a6 };
const server = { id: 0xb1b2b3b4b5b6, name: 'one', url: 'http://h:1', ring: 'h:2', priority: 1 };
const whole = {
  id: view,
  parent: { number: 6, proposer: 1 },
  ring: 0xc1c2c3c4c5c6,
  members: [{ ...server, full: true, last: 9 }],
  start: 9,
  provisional: false,
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
};
const refusal: LogRecord = {
  ...put,
  kind: 'refusal',
  meta: NO_META,
  digest: '',
  body: null,
  replaced: false,
  refusal: 'absent',
};
const operation = {
  kind: 'put' as const,
  key: 'k',
  condition: { kind: 'match' as const, etags: ['"1-0"'] },
  type: '',
  meta: NO_META,
  size: 1,
  digest: '',
  body: Buffer.from('x'),
};
const ballot = { number: 2, proposer: 3 };

/** One message of each kind with its bytes. Where they change on purpose, FORMAT_VERSION changes with them. */
const golden: { readonly [Kind in Message['kind']]: readonly [Extract<Message, { kind: Kind }>, string] } = {
  submit: [{ kind: 'submit', view, origin: 1, request: 2, operation }, ''],
  append: [{ kind: 'append', view, record: put, bare: false }, ''],
  stored: [{ kind: 'stored', view, revision: 5 }, ''],
  watermark: [{ kind: 'watermark', view, revision: 5 }, ''],
  heartbeat: [{ kind: 'heartbeat', view, lap: 1, stamps: [-1, 2], echo: [0.5] }, ''],
  lookup: [{ kind: 'lookup', view, asker: 1, key: 'k', revision: 2 }, ''],
  found: [{ kind: 'found', view, asker: 1, holder: 2, key: 'k', revision: 3, body: Buffer.from('b') }, ''],
  invite: [{ kind: 'invite', view, newcomer: server, host: 1, failed: [2] }, ''],
  prepare: [
    {
      kind: 'prepare',
      of: whole,
      ballot,
      promises: [{ member: 1, last: 2, accepted: { ballot, view: { ...whole, members: [] } }, ages: [-1] }],
      accused: [{ id: 1, gone: true }],
      objected: true,
      newcomers: [{ server, after: 1, last: 2, full: false }],
      leavers: [3],
      filled: [4],
    },
    '',
  ],
  accept: [
    { kind: 'accept', of: whole, ballot, view: { ...whole, parent: null }, acceptedBy: [1], gone: [2] },
    '',
  ],
  install: [{ kind: 'install', view: whole }, ''],
  probe: [{ kind: 'probe', stamp: 1 }, ''],
  'probe-answer': [{ kind: 'probe-answer', stamp: 1 }, ''],
  join: [{ kind: 'join', newcomer: server }, ''],
  'join-refused': [{ kind: 'join-refused', reason: 'no' }, ''],
  state: [
    {
      kind: 'state',
      part: 1,
      records: [refusal],
      rest: { watermark: 1, floor: 2, origins: [[3, 4]] },
      log: [],
    },
    '',
  ],
  'state-answer': [{ kind: 'state-answer', part: 1 }, ''],
};

describe('the format', () => {
  it.each(Object.entries(golden))(
    'has not changed: %s',
    (_, [message, digits]: readonly [Message, string]) => {
      expect(FORMAT_VERSION).toBe(1);
      expect(encodeMessages([message]).toString('hex')).toBe(digits);
      expect(decodeMessages(Buffer.from(digits, 'hex'))).toStrictEqual([message]);
    },
  );

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

/** Bytes put in, taken out, replaced, or joined from two payloads. */
function mutated(next: (below: number) => number): Buffer {
  const original = originals[next(originals.length)]!;
  const other = originals[next(originals.length)]!;
  const at = next(original.length);
  const noise = Buffer.from(
    Array.from({ length: 1 + next(8) }, () => (next(4) === 0 ? 0xff * next(2) : next(256))),
  );
  switch (next(5)) {
    case 0:
      return Buffer.concat([original.subarray(0, at), noise, original.subarray(at)]);
    case 1:
      return Buffer.concat([original.subarray(0, at), original.subarray(at + noise.length)]);
    case 2:
      return Buffer.concat([original.subarray(0, at), other.subarray(next(other.length))]);
    case 3:
      return Buffer.concat([Buffer.from([0, 0, 0, next(4), next(18)]), noise, noise, original.subarray(at)]);
    default:
      return Buffer.concat([original.subarray(0, at), noise, original.subarray(at + noise.length)]);
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
