import { beforeEach, describe, expect, it } from '@jest/globals';
import { Effects } from './effects.js';
import { Idempotency, IDEMPOTENCY_KEYS, IDEMPOTENCY_WINDOW_MS } from './idempotency.js';
import { Journal } from './journal.js';
import type { LogRecord } from './record.js';
import { record } from './testing/fixtures.js';

const NO_DISK = new Journal(false, new Effects());
let idempotency: Idempotency;

beforeEach(() => {
  idempotency = new Idempotency(NO_DISK);
});

const first = (revision: number, fields: Partial<LogRecord> = {}): LogRecord =>
  record(revision, { token: 't', ...fields });

function commit(...records: LogRecord[]): void {
  for (const one of records) {
    idempotency.stored(one);
    idempotency.committed(one);
  }
}

describe('Idempotency', () => {
  it('knows a request from when it is numbered, and knows nothing without a key', () => {
    idempotency.stored(first(1));
    idempotency.stored(record(2));
    expect([idempotency.find('t')?.revision, idempotency.find('')]).toEqual([1, undefined]);
    idempotency.committed(first(1));
    expect(idempotency.find('t')?.revision).toBe(1);
  });

  it('remembers no bodies, and refusals too', () => {
    commit(first(1, { type: 'a/b', meta: { a: 'b' } }));
    commit(first(2, { token: 'u', kind: 'refusal', refusal: 'precondition' }));
    expect([...idempotency.entries()]).toMatchObject([
      { revision: 1, type: '', meta: {}, size: 0, body: null },
      { revision: 2, refusal: 'precondition' },
    ]);
  });

  it('does not take a repeat, or another request with the same key, for the first', () => {
    commit(first(1), first(2, { kind: 'repeat', of: 1 }), first(3, { kind: 'refusal', refusal: 'reused' }));
    expect(idempotency.find('t')?.revision).toBe(1);
  });

  it('takes back what was never committed, and that only', () => {
    commit(first(1));
    const dropped = [first(3, { kind: 'repeat', of: 1 }), first(2, { token: 'u' })];
    for (const one of dropped.toReversed()) idempotency.stored(one);
    idempotency.rollback(dropped);
    expect([idempotency.find('t')?.revision, idempotency.find('u')]).toEqual([1, undefined]);
  });

  it('forgets by the time of the records, whatever came without a key', () => {
    commit(first(1, { modified: 1 }));
    commit(record(2, { modified: 1 + IDEMPOTENCY_WINDOW_MS }));
    expect(idempotency.find('t')).toBeDefined();
    commit(record(3, { modified: 2 + IDEMPOTENCY_WINDOW_MS }));
    expect(idempotency.find('t')).toBeUndefined();
  });

  it('remembers a bounded number, the newest', () => {
    for (let revision = 1; revision <= IDEMPOTENCY_KEYS + 1; revision++)
      commit(first(revision, { token: `${revision}` }));
    expect([...idempotency.entries()]).toHaveLength(IDEMPOTENCY_KEYS);
    expect([idempotency.find('1'), idempotency.find('2')?.revision]).toEqual([undefined, 2]);
  });

  it('follows the primary that had forgotten a key already when the key came again', () => {
    commit(first(1));
    // The primary has committed what makes it forget; here it has not been committed yet.
    const later = record(2, { modified: IDEMPOTENCY_WINDOW_MS + 1 });
    const again = first(3, { modified: IDEMPOTENCY_WINDOW_MS + 1 });
    idempotency.stored(again);
    expect(idempotency.find('t')?.revision).toBe(3);
    commit(later);
    expect(idempotency.find('t')?.revision).toBe(3);
    idempotency.committed(again);
    expect([...idempotency.entries()].map(({ revision }) => revision)).toEqual([3]);
  });

  it('is the same in who took in what another remembers', () => {
    commit(first(1), first(2, { token: 'u' }));
    const other = new Idempotency(NO_DISK);
    other.load([...idempotency.entries()]);
    expect([...other.entries()]).toEqual([...idempotency.entries()]);
  });
});
