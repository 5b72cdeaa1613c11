import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LogRecord } from './record.js';
import { factOf, restore } from './restore.js';
import type { MarkFact, Saved } from './saved.js';
import { EMPTY_DISK, record, Station } from './testing/fixtures.js';

const MARK: MarkFact = { name: 'mark', watermark: 4, floor: 1, origins: [[7, 3]] };

let station: Station;

beforeEach(() => {
  station = new Station(1, null, { saved: EMPTY_DISK });
});

function restored(records: readonly LogRecord[], fields: Partial<Saved> = {}): void {
  restore(station.state, { ...EMPTY_DISK, facts: [MARK], records, ...fields });
}

/** What goes to the disk with the next tick. */
function changes(): unknown[] {
  station.journal.flush(() => MARK, true);
  return [...(station.effects.take()?.saves?.changes ?? [])];
}

describe('What is found on the disk', () => {
  it('is committed up to the mark, and the log above it', () => {
    restored([
      record(2, { key: 'a' }),
      record(4, { key: 'b', kind: 'delete' }),
      record(5, { key: 'a', origin: 7, request: 4 }),
      record(6, { key: 'c', origin: 8, request: 1 }),
    ]);
    const { catalogue, origins } = station.state;
    expect([catalogue.watermark, catalogue.last, catalogue.floor]).toEqual([4, 6, 1]);
    expect(['a', 'b', 'c'].map((key) => catalogue.get(key)?.revision)).toEqual([2, 4, undefined]);
    expect(['a', 'c'].map((key) => catalogue.newest(key)?.revision)).toEqual([5, 6]);
    expect([7, 8, 9].map((id) => origins.lastOf(id))).toEqual([4, 1, 0]);
    expect([station.journal.storedTo, changes()]).toEqual([6, []]);
  });

  it('may be committed as far as no record is left of', () => {
    restored([record(2)]);
    const { catalogue } = station.state;
    expect([catalogue.watermark, catalogue.last, station.journal.storedTo]).toEqual([4, 4, 4]);
  });

  it('is a log only as far as it has no gap; the rest goes', () => {
    restored([record(5), record(7), record(8)]);
    expect([station.state.catalogue.last, station.journal.storedTo]).toEqual([5, 5]);
    expect(changes()).toEqual([{ kind: 'truncate', table: 'records', revision: 5 }]);
  });

  it('has no log at all when its first record is missing', () => {
    restored([record(2), record(6)]);
    expect([station.state.catalogue.last, station.state.catalogue.newest('k')?.revision]).toEqual([4, 2]);
    expect(changes()).toEqual([{ kind: 'truncate', table: 'records', revision: 4 }]);
  });

  it('has no use for committed records that are no versions of a key; in the log they have', () => {
    const refusal = { kind: 'refusal', refusal: 'absent' } as const;
    restored([
      record(1, { kind: 'floor', floor: 1, key: '' }),
      record(2),
      record(3, refusal),
      record(5, refusal),
    ]);
    const { catalogue } = station.state;
    expect([[...catalogue.records()].map(({ revision }) => revision), catalogue.last]).toEqual([[2], 5]);
    expect(changes()).toEqual([1, 3].map((revision) => ({ kind: 'drop', table: 'records', revision })));
  });

  it('drops what was overwritten and had not gone yet', () => {
    restored([record(1), record(2), record(3, { kind: 'delete' }), record(4, { key: 'b' })]);
    const { catalogue } = station.state;
    expect([[...catalogue.records()].map(({ revision }) => revision), catalogue.objects]).toEqual([
      [3, 4],
      1,
    ]);
    expect(changes()).toEqual([1, 2].map((revision) => ({ kind: 'drop', table: 'records', revision })));
  });

  it('has what became of requests, committed or not', () => {
    restored([record(2), record(5, { token: 'u' })], { done: [record(2, { token: 't' })] });
    const { idempotency } = station.state;
    expect(['t', 'u'].map((token) => idempotency.find(token)?.revision)).toEqual([2, 5]);
    expect(changes()).toEqual([]);
  });

  it('is all log without a mark', () => {
    restored([record(1), record(2)], { facts: [] });
    const { catalogue } = station.state;
    expect([catalogue.watermark, catalogue.last, catalogue.get('k')]).toEqual([0, 2, undefined]);
  });

  it('lacks the bodies that are not there', () => {
    restored([record(2, { key: 'a', body: null }), record(5, { key: 'b', body: null })]);
    expect([...station.state.catalogue.lacking]).toEqual([
      ['a', 2],
      ['b', 5],
    ]);
  });
});

describe('factOf', () => {
  it('is the fact of a name, or nothing', () => {
    const saved = { ...EMPTY_DISK, facts: [MARK] };
    expect([factOf(saved, 'mark'), factOf(saved, 'place'), factOf(EMPTY_DISK, 'mark')]).toEqual([
      MARK,
      null,
      null,
    ]);
  });
});
