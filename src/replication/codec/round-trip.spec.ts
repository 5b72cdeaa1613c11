import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { BlobPiece, Message } from '../messages.js';
import { NO_META, PIECE_BYTES, type LogRecord } from '../record.js';
import { decodeMessages, encodeMessages, encodePieceHead } from './index.js';

const ROUND_TRIPS = 300;

const uint48 = fc.oneof(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.nat(3), fc.constant(2 ** 48 - 1));
const time = fc.oneof(
  fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
  fc.constant(-1),
  fc.constant(0.125),
);
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constant('\ufffd'),
);
const flag = fc.boolean();
const ids = fc.array(uint48, { maxLength: 5 });
const times = fc.array(time, { maxLength: 5 });
const digest = fc.oneof(
  fc.constant(''),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array)),
  fc.constantFrom(32 * 1024 - 1, 32 * 1024).map((length) => Buffer.alloc(length, 'body')),
);
const body = fc.option(bytes);
const metaName = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '7', ''));
const meta = fc.oneof(
  fc.constant(NO_META),
  fc.dictionary(metaName, text, { maxKeys: 4, noNullPrototype: true }),
);

/** An object as it is written in code: with a prototype, and all of its properties. */
function shape<Shape>(fields: { [Name in keyof Shape]: fc.Arbitrary<Shape[Name]> }): fc.Arbitrary<Shape> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<Shape>;
}

const condition = fc.oneof(
  fc.constantFrom({ kind: 'none' as const }, { kind: 'absent' as const }, { kind: 'present' as const }),
  shape({ kind: fc.constant('match' as const), etags: fc.array(text, { maxLength: 3 }) }),
);
const uint32 = fc.nat({ max: 2 ** 32 - 2 });
/** There is a piece between the first and the last. */
const span = fc.option(
  fc
    .tuple(uint48, uint32, uint32)
    .map(([fetch, a, b]) => ({ fetch, from: Math.min(a, b), to: Math.max(a, b) + 1 })),
);
const offer = shape({ since: uint48, origin: uint48, request: uint48, isPast: flag });
const operation = shape({
  kind: fc.constantFrom('put' as const, 'delete' as const),
  key: text,
  condition,
  type: text,
  meta,
  size: uint48,
  digest,
  body,
  ttlMs: time,
  token: text,
  blob: uint48,
  offer: fc.option(offer),
  replicas: fc.nat(3),
});
const record = shape<LogRecord>({
  revision: uint48,
  origin: uint48,
  request: uint48,
  kind: fc.constantFrom('put', 'delete', 'refusal', 'floor', 'expire', 'repeat', 'place'),
  key: text,
  modified: time,
  type: text,
  meta,
  size: uint48,
  digest,
  body,
  replaced: flag,
  refusal: fc.constantFrom(null, 'precondition', 'absent', 'reused', 'needless'),
  floor: uint48,
  expires: time,
  token: text,
  of: uint48,
  blob: uint48,
  replicas: fc.nat(3),
  holders: fc.array(text, { maxLength: 3 }),
});
const records = fc.array(record, { maxLength: 4 });

const viewId = shape({ number: fc.integer({ min: 0, max: 2 ** 32 - 1 }), proposer: uint48 });
const address = {
  id: uint48,
  name: text,
  url: text,
  ring: text,
  priority: uint48,
  durable: flag,
  capacity: uint48,
  serves: flag,
  was: uint48,
};
const server = shape(address);
const root = shape({ id: viewId, members: ids });
const vote = fc.option(shape({ view: viewId, as: uint48, isBound: flag }));
const history = fc.array(shape({ id: viewId, start: uint48 }), { maxLength: 4 });
const view = shape({
  id: viewId,
  parent: fc.option(viewId),
  ring: uint48,
  members: fc.array(shape({ ...address, full: flag, last: uint48, vote: uint48 }), { maxLength: 4 }),
  start: uint48,
  provisional: flag,
  root: fc.option(root),
  holdMs: time,
});
const ballot = shape({ number: uint48, proposer: uint48 });
const accepted = fc.option(shape({ ballot, view }));
const promise = shape({
  member: uint48,
  as: fc.option(server),
  isDamaged: flag,
  lacks: flag,
  adopts: flag,
  last: uint48,
  watermark: uint48,
  accepted,
  ages: times,
  holdMs: time,
});
const promises = fc.array(promise, { maxLength: 3 });
const accused = fc.array(shape({ id: uint48, gone: flag }), { maxLength: 3 });
const newcomers = fc.array(shape({ server, after: uint48, last: uint48, full: flag, vote }), {
  maxLength: 3,
});
const origins = fc.array(fc.tuple(uint48, uint48), { maxLength: 4 });
const blob = { view: viewId, source: uint48, blob: uint48 };
const rest = fc.option(shape({ watermark: uint48, floor: uint48, origins }));

type Arbitraries = { readonly [Kind in Message['kind']]: fc.Arbitrary<Extract<Message, { kind: Kind }>> };

function kind<Kind extends Message['kind']>(name: Kind): fc.Arbitrary<Kind> {
  return fc.constant(name);
}

const arbitraries: Arbitraries = {
  submit: shape({ kind: kind('submit'), view: viewId, origin: uint48, request: uint48, operation }),
  append: shape({ kind: kind('append'), view: viewId, record, bare: flag }),
  stored: shape({ kind: kind('stored'), view: viewId, revision: uint48 }),
  watermark: shape({ kind: kind('watermark'), view: viewId, revision: uint48 }),
  heartbeat: shape({
    kind: kind('heartbeat'),
    view: viewId,
    lap: uint48,
    stamps: times,
    echo: times,
    room: uint48,
    roomEcho: uint48,
    leavers: ids,
    leaversEcho: ids,
    kept: uint48,
    keptEcho: uint48,
    loads: times,
    loadsEcho: times,
  }),
  lookup: shape({
    kind: kind('lookup'),
    view: viewId,
    asker: uint48,
    key: text,
    revision: uint48,
    span,
  }),
  found: shape({
    kind: kind('found'),
    view: viewId,
    asker: uint48,
    holder: uint48,
    key: text,
    revision: uint48,
    body: bytes,
  }),
  invite: shape({
    kind: kind('invite'),
    view: viewId,
    newcomer: server,
    base: uint48,
    lacks: flag,
    host: uint48,
    failed: ids,
  }),
  prepare: shape({
    kind: kind('prepare'),
    of: view,
    ballot,
    promises,
    accused,
    objected: flag,
    newcomers,
    leavers: ids,
    filled: ids,
  }),
  accept: shape({ kind: kind('accept'), of: view, ballot, view, acceptedBy: ids, leavers: ids, gone: ids }),
  install: shape({ kind: kind('install'), view, isActive: flag }),
  probe: shape({ kind: kind('probe'), stamp: time }),
  'probe-answer': shape({ kind: kind('probe-answer'), stamp: time }),
  join: shape({
    kind: kind('join'),
    newcomer: server,
    ring: uint48,
    watermark: uint48,
    lacks: flag,
    history,
    yields: flag,
  }),
  'join-refused': shape({ kind: kind('join-refused'), reason: text }),
  state: shape({
    kind: kind('state'),
    part: uint48,
    base: uint48,
    next: server,
    history,
    records,
    rest,
    done: records,
    log: records,
  }),
  'state-answer': shape({ kind: kind('state-answer'), part: uint48 }),
  'blob-open': shape({
    kind: kind('blob-open'),
    ...blob,
    end: uint48,
    size: fc.oneof(
      uint48.map((size) => size - 1),
      fc.constant(-1),
    ),
    key: text,
    revision: uint48,
    span,
  }),
  'blob-want': shape({ kind: kind('blob-want'), ...blob, held: uint48 }),
  'blob-piece': shape({ kind: kind('blob-piece'), ...blob, index: uint48, bytes, digest }),
  'blob-progress': shape({ kind: kind('blob-progress'), ...blob, held: uint48 }),
  'blob-refused': shape({
    kind: kind('blob-refused'),
    ...blob,
    reason: fc.constantFrom('full', 'damaged', 'unwanted'),
  }),
  'blob-live': shape({ kind: kind('blob-live'), view: viewId, source: uint48, blobs: ids }),
};
const batch: fc.Arbitrary<Message[]> = fc.array(fc.oneof(...Object.values(arbitraries)), { maxLength: 6 });

/** What arrives: a bare append without its body, everything else as it is. */
function arriving(message: Message): Message {
  if (message.kind !== 'append' || !message.bare) return message;
  return { ...message, record: { ...message.record, body: null } };
}

const VIEW_ID = { number: 1, proposer: 2 };

describe('a message that is encoded and decoded', () => {
  it.each(Object.entries(arbitraries))('is the same: %s', (_, arbitrary: fc.Arbitrary<Message>) => {
    fc.assert(
      fc.property(arbitrary, (message) => {
        expect(decodeMessages(encodeMessages([message]))).toStrictEqual([arriving(message)]);
      }),
      { numRuns: ROUND_TRIPS },
    );
  });

  it('keeps its place in the batch', () => {
    fc.assert(
      fc.property(batch, (messages) => {
        expect(decodeMessages(encodeMessages(messages))).toStrictEqual(messages.map(arriving));
      }),
      { numRuns: ROUND_TRIPS },
    );
  });

  it('is the same when the bytes of a piece are sent from where they are', () => {
    fc.assert(
      fc.property(arbitraries['blob-piece'], (piece) => {
        // `toEqual` compares bytes one by one, and takes a thousand times as long.
        const parts = Buffer.concat([encodePieceHead(piece), piece.bytes]);
        expect(parts.equals(encodeMessages([piece]))).toBe(true);
      }),
      { numRuns: ROUND_TRIPS },
    );
  });

  it('carries a whole piece, which it does not copy again', () => {
    const whole = Buffer.alloc(PIECE_BYTES, 'piece');
    const fields = { view: VIEW_ID, source: 3, blob: 4, index: 5, bytes: whole, digest: '' };
    const piece: BlobPiece = { kind: 'blob-piece', ...fields };
    const payload = encodeMessages([piece]);
    const decoded = decodeMessages(payload);
    expect(decoded).toStrictEqual([piece]);
    expect((decoded[0] as BlobPiece).bytes.buffer).toBe(payload.buffer);
  });

  it('leaves a large body out of its record', () => {
    fc.assert(
      fc.property(record, (small) => {
        const large = { ...small, body: { size: 5, pieces: [Buffer.alloc(5)], stored: null } };
        const append: Message = { kind: 'append', view: VIEW_ID, record: large, bare: false };
        expect(decodeMessages(encodeMessages([append]))).toStrictEqual([
          { ...append, record: { ...large, body: null } },
        ]);
      }),
      { numRuns: ROUND_TRIPS },
    );
  });
});
