import { describe, expect, it } from '@jest/globals';
import type { Append, Message } from '../messages.js';
import { inlineBody, NO_META, type LogRecord } from '../record.js';
import { decodeMessages, encodeMessages } from './index.js';

function appendOf(body: Buffer, view = { number: 1, proposer: 2 }): Append {
  const record: LogRecord = {
    revision: 1,
    origin: 2,
    request: 3,
    kind: 'put',
    key: 'key',
    modified: 4,
    type: 'text/plain',
    meta: NO_META,
    size: body.length,
    digest: '0123456789abcdef',
    body,
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
  return { kind: 'append', view, record, bare: false };
}

function decodedAppends(messages: readonly Message[], payload = encodeMessages(messages)): Append[] {
  return decodeMessages(payload).filter((message) => message.kind === 'append');
}

describe('what is decoded', () => {
  it('does not hold the payload by its small bodies', () => {
    const messages = [1, 2_048, 2_049, 32 * 1024 - 1].map((length) => appendOf(Buffer.alloc(length)));
    const held = decodedAppends(messages).map(({ record }) => inlineBody(record.body)?.buffer.byteLength);
    expect(held).toEqual([8_192, 8_192, 2_049, 32 * 1024 - 1]);
  });

  it('holds large bodies as parts of the payload', () => {
    const messages = [appendOf(Buffer.alloc(32 * 1024))];
    const payload = encodeMessages(messages);
    const [append] = decodedAppends(messages, payload);
    expect(inlineBody(append!.record.body)?.buffer).toBe(payload.buffer);
  });

  it('keeps a body that is empty apart from one that is missing', () => {
    const empty = appendOf(Buffer.alloc(0));
    const missing: Append = { ...empty, record: { ...empty.record, body: null } };
    const bodies = decodedAppends([empty, missing]).map(({ record }) => record.body);
    expect(bodies).toEqual([Buffer.alloc(0), null]);
  });

  it('shares the id of consecutive messages of one view', () => {
    const body = Buffer.alloc(1);
    const other = { number: 1, proposer: 3 };
    const [first, second, third] = decodedAppends([appendOf(body), appendOf(body), appendOf(body, other)]);
    expect(second?.view).toBe(first?.view);
    expect(third?.view).toEqual(other);
  });

  it('has no metadata object of its own where there is no metadata', () => {
    const [append] = decodedAppends([appendOf(Buffer.alloc(1))]);
    expect(append?.record.meta).toBe(NO_META);
  });

  it('leaves the body out of a bare append, and keeps its size', () => {
    const bare: Append = { ...appendOf(Buffer.alloc(1_000)), bare: true };
    const payload = encodeMessages([bare]);
    const [append] = decodedAppends([bare], payload);
    expect(payload.length).toBeLessThan(110);
    expect(append?.record).toEqual({ ...bare.record, body: null });
  });

  it('has the properties of a record in the order of its interface', () => {
    const sent = appendOf(Buffer.alloc(1));
    const [append] = decodedAppends([sent]);
    expect(Object.keys(append!.record)).toEqual(Object.keys(sent.record));
  });
});
