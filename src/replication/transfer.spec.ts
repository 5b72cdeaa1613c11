import { beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from './catalogue.js';
import type { StatePart } from './messages.js';
import type { LogRecord } from './record.js';
import { bytes, record, server, statePart } from './testing/fixtures.js';
import { Transfer } from './transfer.js';

const SMALL = 4;
const NEXT = server(2);
/** Small objects that fill one part: 128 KiB, at 276 bytes each. */
const MANY = 475;

let catalogue: Catalogue;
let transfer: Transfer;

beforeEach(() => {
  catalogue = new Catalogue();
  transfer = new Transfer(catalogue, SMALL, NEXT);
});

function store(fields: Partial<LogRecord>): void {
  catalogue.store(record(catalogue.last + 1, fields));
}

function commit(...all: Partial<LogRecord>[]): void {
  for (const fields of all) store(fields);
  catalogue.commit(catalogue.last, () => undefined);
}

const many = (index: number): string => `many-${100 + index}`;

function commitMany(count: number): void {
  commit(...Array.from({ length: count }, (_, index) => ({ key: many(index) })));
}

const keys = ({ records }: StatePart): string[] => records.map(({ key }) => key);

/** What a newcomer has that took these parts in. */
function loaded(parts: readonly StatePart[]): Catalogue {
  const copy = new Catalogue();
  for (const { records, rest, log } of parts) {
    copy.load(records);
    if (rest) copy.complete(rest.watermark, rest.floor);
    for (const one of log) copy.store(one);
  }
  return copy;
}

describe('Transfer', () => {
  it('sends an empty part of an empty catalogue', () => {
    expect(transfer.nextPart()).toEqual(statePart(1, { next: NEXT }));
    expect(transfer.isAtEnd).toBe(true);
  });

  it('sends all in the order of revisions, in parts of bounded length', () => {
    commitMany(MANY + 2);
    const parts = [transfer.nextPart(), transfer.nextPart()];
    expect(parts.map(({ part, records }) => [part, records.length])).toEqual([
      [1, MANY],
      [2, 2],
    ]);
    expect(parts[1]!.records.map(({ revision }) => revision)).toEqual([MANY + 1, MANY + 2]);
    expect([transfer.isAtEnd, transfer.leftBodiesOut]).toEqual([true, false]);
  });

  it('bounds the bytes of a part', () => {
    const size = 60 * 1024;
    transfer = new Transfer(catalogue, size, NEXT);
    for (let revision = 0; revision < 4; revision++)
      commit({ key: `${revision}`, body: new Uint8Array(size), size });
    expect([transfer.nextPart(), transfer.nextPart()].map(({ records }) => records.length)).toEqual([3, 1]);
  });

  it('sends what is written meanwhile, and a key that is written again once more', () => {
    commitMany(MANY + 1);
    transfer.nextPart();
    commit({ key: 'new' }, { key: many(0) }, { key: many(MANY) });
    expect(keys(transfer.nextPart())).toEqual(['new', many(0), many(MANY)]);
    expect(transfer.isAtEnd).toBe(true);
    commit({ key: 'later' });
    expect(transfer.isAtEnd).toBe(false);
    expect(keys(transfer.nextPart())).toEqual(['later']);
  });

  it('tells of tombstones also when they are dropped meanwhile: the newcomer may have got the objects', () => {
    commitMany(MANY);
    const parts = [transfer.nextPart()];
    commit({ key: many(0), kind: 'delete' });
    commit({ kind: 'floor', key: '', floor: MANY + 1 });
    expect(transfer.isAtEnd).toBe(false);
    parts.push(...transfer.finish([]));
    expect(transfer.isAtEnd).toBe(true);
    expect([...loaded(parts).records()]).toEqual([...catalogue.records()]);
    commit({ key: 'after' });
    expect(keys(transfer.nextPart())).toEqual(['after']);
  });

  it('does not bring back by an old tombstone what was written since', () => {
    commitMany(MANY + 1);
    const parts = [transfer.nextPart()];
    commit({ key: many(0), kind: 'delete' }, { key: many(0) });
    parts.push(transfer.nextPart());
    commit({ key: many(1), kind: 'delete' }, { key: many(1) }, { kind: 'floor', key: '', floor: MANY + 4 });
    parts.push(...transfer.finish([]));
    expect([...loaded(parts).records()]).toEqual([...catalogue.records()]);
  });

  it('ends when what it still had to send is nowhere any more', () => {
    commitMany(1);
    transfer.end();
    commit({ key: many(0), kind: 'delete' }, { kind: 'floor', key: '', floor: 2 });
    expect(transfer.nextPart().records).toEqual([]);
    expect(transfer.isAtEnd).toBe(true);
  });

  it('leaves large bodies out, and says so', () => {
    commit({ key: 'small' });
    transfer.nextPart();
    expect(transfer.leftBodiesOut).toBe(false);
    commit({ key: 'large', body: bytes('large'), size: 5 });
    expect(transfer.nextPart().records).toMatchObject([{ key: 'large', body: null, size: 5 }]);
    expect(transfer.leftBodiesOut).toBe(true);
    expect(catalogue.get('large')!.body).toEqual(bytes('large'));
  });

  it('says that bodies are left out which this server lacks itself', () => {
    catalogue.load([record(1, { body: null })]);
    catalogue.complete(1, 0);
    transfer.nextPart();
    expect(transfer.leftBodiesOut).toBe(true);
  });

  it('ends with all that is left: records, the rest, and the log with its bodies', () => {
    commitMany(MANY + 1);
    const parts = [transfer.nextPart()];
    commit({ key: 'gone', kind: 'delete' });
    store({ key: 'large', body: bytes('large'), size: 5, origin: 3, request: 2 });
    store({ key: many(1), kind: 'delete' });
    parts.push(...transfer.finish([[3, 2]]));
    expect(parts.map(({ part }) => part)).toEqual([1, 2, 3, 4]);
    expect(parts.map(({ next }) => next)).toEqual([NEXT, NEXT, NEXT, NEXT]);
    expect(parts[2]).toMatchObject({ rest: { watermark: MANY + 2, floor: 0, origins: [[3, 2]] } });
    const copy = loaded(parts);
    expect([...copy.records()]).toEqual([...catalogue.records()]);
    expect(copy.logAfter(copy.watermark)).toEqual(catalogue.logAfter(catalogue.watermark));
    expect(copy.list('', null, 2 * MANY)).toEqual(catalogue.list('', null, 2 * MANY));
  });

  it('tells what is remembered of requests before the log, in parts of bounded length', () => {
    commit({ key: 'a' });
    store({ key: 'b' });
    const done = Array.from({ length: MANY + 100 }, (_, index) => record(1, { token: `${index}`, size: 0 }));
    const parts = [...transfer.finish([], done)];
    expect(parts.map((part) => [part.records, part.done, part.log].map(({ length }) => length))).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 501, 0],
      [0, MANY + 100 - 501, 0],
      [0, 0, 1],
    ]);
    expect(parts.flatMap((part) => part.done)).toEqual(done);
  });
});
