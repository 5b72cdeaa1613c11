import { beforeEach, describe, expect, it } from '@jest/globals';
import { Intake } from './intake.js';
import { placeRecord } from './numbering.js';
import type { LogRecord, Pieces } from './record.js';
import { EMPTY_DISK, Station, bytes, record, statePart as part } from './testing/fixtures.js';

const BODY = bytes('text');
const REST = { watermark: 2, floor: 0, origins: [] };
/** A body that is on the disk only. */
const evicted: Pieces = { size: 4, pieces: [null], stored: { kind: 'records', revision: 1 } };

let station: Station;
let intake: Intake;

/** A server with records up to 3, of which one is not committed. */
beforeEach(() => {
  station = new Station(9, null, { saved: EMPTY_DISK });
  station.commit(record(1, { key: 'a', body: BODY }), record(2, { key: 'b' }));
  station.state.catalogue.store(record(3, { key: 'c' }));
  intake = new Intake(station.state, () => undefined);
});

/** Record 1 as it comes without its body. */
function bare(fields: Partial<LogRecord> = {}): LogRecord {
  return record(1, { key: 'a', body: null, ...fields });
}

function take(...records: LogRecord[]): void {
  intake.begin(part(1));
  intake.load(part(1, { records }));
}

/** What goes to the disk about records. */
function changes(): string[] {
  station.journal.flush(() => ({ name: 'mark', watermark: 0, floor: 0, origins: [] }), true);
  return (station.effects.take()?.saves?.changes ?? []).flatMap((change) => {
    if (!('table' in change) || change.table !== 'records') return [];
    if (change.kind === 'put') return [`put ${change.record.revision}`];
    return [change.kind === 'clear' ? 'clear' : `${change.kind} ${change.revision}`];
  });
}

describe('A body that the ring leaves out', () => {
  it('is taken from what was here before', () => {
    take(bare());
    expect(station.state.catalogue.get('a')).toEqual(bare({ body: BODY }));
    expect(station.state.catalogue.lacking.size).toBe(0);
  });

  it.each<[string, Partial<LogRecord>]>([
    ['digest', { digest: 'fedcba9876543210' }],
    ['size', { size: 5 }],
    ['key', { key: 'other' }],
    ['revision', { revision: 4 }],
  ])('is not when it has another %s', (_, fields) => {
    take(bare(fields));
    expect([...station.state.catalogue.records()]).toEqual([bare(fields)]);
  });

  it('is where the record is on the disk', () => {
    station.state.catalogue.evict(station.state.catalogue.get('a')!);
    take(bare());
    expect(station.state.catalogue.get('a')!.body).toEqual(evicted);
  });

  it('is taken for a record of the log too', () => {
    intake.begin(part(1));
    intake.load(part(1, { rest: REST, log: [record(3, { key: 'c', body: null })] }));
    expect(station.state.catalogue.newest('c')!.body).toEqual(BODY);
  });

  it.each([0, 1])('is found where the version was before it was placed anew, from %d on', (base) => {
    const version = record(1, { key: 'a', body: BODY, replicas: 1, holders: ['s1'] });
    station.state.catalogue.store(placeRecord({ revision: 4, modified: 0 }, version, ['s9']));
    intake.begin(part(1, { base }));
    intake.load(part(1, { base, records: [bare({ revision: 4, of: 1, replicas: 1, holders: ['s9'] })] }));
    expect(station.state.catalogue.get('a')).toMatchObject({ revision: 4, body: BODY });
  });

  it('is still found when the state comes from its beginning again', () => {
    take(bare());
    intake.abandon();
    expect(station.state.catalogue.newestCommitted).toBe(0);
    take(bare());
    expect(station.state.catalogue.get('a')!.body).toEqual(BODY);
    intake.abandon();
    take(record(2, { key: 'b', body: null }));
    expect(station.state.catalogue.get('b')!.body).toEqual(BODY);
  });
});

describe('What was on the disk', () => {
  it('stays until all has come, then what has not come again goes', () => {
    intake.begin(part(1));
    expect(changes()).toEqual([]);
    intake.load(part(1, { records: [bare()] }));
    intake.abandon();
    expect(changes()).toEqual(['put 1']);
    take(bare());
    intake.load(part(2, { rest: REST }));
    expect(changes()).toEqual(['put 1']);
    intake.end();
    expect(changes()).toEqual(['drop 2', 'drop 3']);
    intake.end();
    expect(changes()).toEqual([]);
  });

  it('stays for good up to where the ring leaves off', () => {
    intake.begin(part(1, { base: 2 }));
    intake.load(part(1, { base: 2, rest: REST }));
    intake.end();
    expect(changes()).toEqual(['drop 3']);
    expect([...station.state.catalogue.records()].map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('is left alone by who takes more for granted than is here', () => {
    expect(intake.begin(part(1, { base: 3 }))).toBe(false);
    intake.end();
    expect([changes(), station.state.catalogue.last]).toEqual([[], 3]);
  });
});
