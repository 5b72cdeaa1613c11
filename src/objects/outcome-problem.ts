import { type ErrorCode, Problem } from '../http/index.js';
import type { LogRecord, NotDone, Outcome, RefusalReason } from '../replication/index.js';

type Unavailable = Extract<Outcome, { kind: 'unavailable' }>['reason'];

const NOT_DONE: Readonly<Record<NotDone, ErrorCode>> = {
  overloaded: 'overloaded',
  'no-quorum': 'no_quorum',
  leaving: 'leaving',
  'not-a-member': 'not_a_member',
  timeout: 'write_timeout',
  full: 'storage_full',
  'no-storage': 'no_storage',
  damaged: 'body_damaged',
};

const UNAVAILABLE: Readonly<Record<Unavailable, ErrorCode>> = {
  'no-lease': 'read_no_lease',
  'no-holder': 'read_no_holder',
  timeout: 'read_timeout',
  overloaded: 'read_overloaded',
  'not-a-member': 'not_a_member',
};

const REFUSED: Readonly<Record<RefusalReason, ErrorCode>> = {
  precondition: 'precondition_failed',
  absent: 'no_object',
  reused: 'idempotency_key_reused',
  // What was needless had been done: nobody is refused for it.
  needless: 'precondition_failed',
};

/** Marks what was decided outside the lineage: the other side may have decided otherwise. */
export function provisional(copies: number | null): readonly string[] {
  return copies === null ? [] : ['Ringlet-View', `provisional; copies=${copies}`];
}

/** Marks the answer to a request that was done before, by its Idempotency-Key. */
export function replayed(record: LogRecord): readonly string[] {
  return record.of === 0 ? [] : ['Idempotency-Replayed', 'true'];
}

/** What a client is told of an outcome without a success. "Nothing was done" and "nobody knows" never share a code. */
export function problemOf(outcome: Outcome): Problem {
  switch (outcome.kind) {
    case 'not-done':
      return new Problem(NOT_DONE[outcome.reason]);
    case 'unknown':
      return new Problem('outcome_unknown');
    case 'unavailable':
      return new Problem(UNAVAILABLE[outcome.reason]);
    case 'refused':
      return new Problem(REFUSED[outcome.record.refusal ?? 'precondition'], {
        headers: [...replayed(outcome.record), ...provisional(outcome.copies)],
      });
    case 'absent':
      return new Problem('no_object');
    case 'done':
    case 'object':
    case 'piece':
    case 'current':
    case 'left':
    case 'adopted':
      throw new Error(`a ${outcome.kind} outcome is no problem`);
  }
}
