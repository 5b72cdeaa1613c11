import { beforeEach, describe, expect, it } from '@jest/globals';
import { BrokenInvariant } from './assert.js';
import type { Answer, Outcome } from './interface.js';
import { OwnWrites, type SentWrite } from './own-writes.js';
import { weightOf } from './record.js';
import { bytes, put, record } from './testing/fixtures.js';

const LIMIT = 3;
const ENOUGH = 1 << 20;
const DONE: Outcome = { kind: 'left' };

let answers: Answer[];
let own: OwnWrites;

beforeEach(() => {
  answers = [];
  own = new OwnWrites(LIMIT, (ticket, outcome) => answers.push({ ticket, outcome }));
});

function send(...tickets: number[]): SentWrite[] {
  return tickets.map((ticket) => {
    own.add(ticket, put(`k${ticket}`, 'text'), 100 * ticket);
    return own.next(ENOUGH)!;
  });
}

function commit(request: number): void {
  own.committed(record(request, { request }), () => DONE);
}

describe('OwnWrites', () => {
  it('gives request numbers without gaps, in the order of arrival, when a write leaves', () => {
    expect(send(1, 2, 3).map(({ request, ticket }) => [request, ticket])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(own.next(ENOUGH)).toBeNull();
  });

  it('lets leave what there is credit for, and one write always', () => {
    const weight = weightOf(put('k1', 'text'));
    for (const ticket of [1, 2, 3]) own.add(ticket, put(`k${ticket}`, 'text'), 1000);
    expect(own.next(weight - 1)).not.toBeNull();
    expect(own.next(2 * weight - 1)).toBeNull();
    expect(own.next(2 * weight)).not.toBeNull();
    commit(1);
    expect(own.next(2 * weight - 1)).toBeNull();
    expect(own.next(2 * weight)).not.toBeNull();
  });

  it('turns away what is more than may wait', () => {
    for (const ticket of [1, 2, 3, 4]) own.add(ticket, put('k', 'text'), 1000);
    expect(answers).toEqual([{ ticket: 4, outcome: { kind: 'not-done', reason: 'overloaded' } }]);
    expect(own.pending).toBe(3);
  });

  it('says of one that waited in vain that it is not done, and never sends it', () => {
    own.add(1, put('k', 'text'), 100);
    own.add(2, put('k', 'text'), 101);
    own.expire(100, 'no-quorum');
    expect(answers).toEqual([{ ticket: 1, outcome: { kind: 'not-done', reason: 'no-quorum' } }]);
    expect(own.next(ENOUGH)).toMatchObject({ ticket: 2, request: 1 });
  });

  it('says of one that was sent that it is unknown, and still sends it again and sees it committed', () => {
    const [write] = send(1);
    own.expire(100, 'timeout');
    own.expire(200, 'timeout');
    expect(answers).toEqual([{ ticket: 1, outcome: { kind: 'unknown' } }]);
    expect(own.unnumbered()).toEqual([write]);
    commit(1);
    expect(answers).toHaveLength(1);
    expect(own.pending).toBe(0);
  });

  it('says so of those too that follow a younger one, whose body went ahead', () => {
    own.send(9, { ...put('k', ''), body: null, blob: 1 }, 900);
    send(1, 2);
    own.expire(100, 'timeout');
    expect(answers).toEqual([{ ticket: 1, outcome: { kind: 'unknown' } }]);
    own.forgo(1);
    own.expire(200, 'timeout');
    expect(answers.map(({ ticket }) => ticket)).toEqual([1, 9, 2]);
  });

  it('answers each once, when it is committed', () => {
    send(1, 2);
    commit(1);
    own.expire(1000, 'timeout');
    commit(2);
    own.expire(1000, 'timeout');
    expect(answers).toEqual([
      { ticket: 1, outcome: DONE },
      { ticket: 2, outcome: { kind: 'unknown' } },
    ]);
  });

  it('holds that its writes are committed in their order', () => {
    send(1, 2);
    expect(() => commit(2)).toThrow(BrokenInvariant);
  });

  it('sends again what nobody numbered, or what was numbered and dropped', () => {
    send(1, 2, 3);
    for (const request of [1, 2]) own.numbered(record(10 + request, { request }));
    expect(own.unnumbered().map(({ request }) => request)).toEqual([3]);
    own.dropped(record(12, { request: 2 }));
    expect(own.unnumbered().map(({ request }) => request)).toEqual([2, 3]);
    commit(1);
    own.numbered(record(12, { request: 2 }));
    expect(own.unnumbered().map(({ request }) => request)).toEqual([3]);
  });

  it('keeps the bodies of what was sent until it is committed', () => {
    send(1, 2);
    commit(1);
    expect([1, 2, 3].map((request) => own.bodyOf(request))).toEqual([null, bytes('text'), null]);
  });

  it('does not know what became of sent writes when its incarnation ends, and counts from one again', () => {
    send(1, 2);
    own.add(3, put('k', 'text'), 1000);
    own.expire(100, 'timeout');
    own.abandonSent();
    expect(answers).toEqual([1, 2].map((ticket) => ({ ticket, outcome: { kind: 'unknown' } })));
    expect(own.unnumbered()).toEqual([]);
    expect(own.next(0)).toMatchObject({ ticket: 3, request: 1 });
  });

  it('refuses all that wait when it leaves', () => {
    send(1);
    own.add(2, put('k', 'text'), 1000);
    own.refuseWaiting('leaving');
    expect(answers).toEqual([{ ticket: 2, outcome: { kind: 'not-done', reason: 'leaving' } }]);
    expect(own.pending).toBe(1);
  });
});
