import { beforeEach, describe, expect, it } from '@jest/globals';
import { HandingOn } from './handing-on.js';
import { placeRecord } from './numbering.js';
import type { LogRecord } from './record.js';
import { member, record, Station, viewOf } from './testing/fixtures.js';

/** Server 1 of three wishes to leave, and the others know. */
class Leaver extends Station {
  readonly handingOn = new HandingOn(this.state, this.effects);

  constructor(view = viewOf([1, 2, 3])) {
    super(1, view);
    Object.assign(this.state, { handOnBy: 9000, leavers: new Set([1]) });
  }

  /** Every full member has what it is to keep. */
  allKeep(): void {
    this.state.keptTo = this.state.catalogue.watermark;
  }

  told(): unknown[] {
    return [...(this.effects.take()?.events ?? [])];
  }
}

function put(revision: number, key: string, holders: readonly string[]): LogRecord {
  return record(revision, { key, replicas: holders.length, holders });
}

function place(revision: number, version: LogRecord, holders: readonly string[]): LogRecord {
  return placeRecord({ revision, modified: 0 }, version, holders);
}

describe('A server that leaves', () => {
  let leaver: Leaver;

  beforeEach(() => {
    leaver = new Leaver();
  });

  it('has nothing to wait for where everyone keeps everything, though nobody knows of it yet', () => {
    leaver.state.leavers = new Set();
    leaver.commit(record(1));
    expect(leaver.handingOn.isDone()).toBe(true);
  });

  it('waits for the first object that not everyone keeps, though it is not committed yet', () => {
    leaver.state.catalogue.store(put(1, 'k', ['s1']));
    expect(leaver.handingOn.isDone()).toBe(false);
    leaver.state.catalogue.commit(1, () => undefined);
    expect(leaver.handingOn.isDone()).toBe(false);
  });

  it('waits until the others know of it', () => {
    leaver.state.leavers = new Set();
    leaver.commit(put(1, 'k', ['s2']));
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(false);
    leaver.state.leavers = new Set([1]);
    expect(leaver.handingOn.isDone()).toBe(true);
  });

  it('waits for what was numbered before they knew', () => {
    const { catalogue } = leaver.state;
    leaver.commit(put(1, 'other', ['s2']));
    leaver.allKeep();
    catalogue.store(put(2, 'k', ['s1']));
    expect(leaver.handingOn.isDone()).toBe(false);
    catalogue.commit(2, () => undefined);
    expect(leaver.handingOn.isDone()).toBe(false);
  });

  it('waits until what only it keeps is placed elsewhere, and fetched', () => {
    const version = put(1, 'k', ['s1']);
    leaver.commit(version);
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(false);
    expect(leaver.told()).toEqual([{ kind: 'handing-on', left: 1 }]);
    leaver.commit(place(2, version, ['s2']));
    expect(leaver.handingOn.isDone()).toBe(false);
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(true);
    leaver.handingOn.end();
    expect(leaver.told()).toEqual([{ kind: 'handed-on', left: 0, keys: [] }]);
  });

  it.each([
    ['another that stays keeps it too', ['s1', 's2'], [1], true],
    ['all who keep it leave', ['s1', 's2'], [1, 2], false],
    ['others who keep it are gone', ['s1', 's9'], [1], false],
  ])('and %s', (_, holders, leavers, isDone) => {
    leaver.state.leavers = new Set(leavers);
    leaver.commit(put(1, 'k', holders));
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(isDone);
  });

  it('waits for those who were to fetch it when it was no copy any more already', () => {
    const version = put(1, 'k', ['s1']);
    leaver.commit(version, place(2, version, ['s2']));
    leaver.state.keptTo = 1;
    expect(leaver.handingOn.isDone()).toBe(false);
    leaver.enter(viewOf([1, 2, 3], { members: [member(1), member(2, { full: false }), member(3)] }));
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(false);
  });

  it('begins anew when what it had sent is given to it after all, and waits no longer than it may', () => {
    leaver.state.leavers = new Set();
    expect(leaver.handingOn.isDone()).toBe(true);
    leaver.commit(put(1, 'k', ['s1']));
    expect(leaver.handingOn.isDone()).toBe(false);
    leaver.state.now = leaver.state.handOnBy!;
    expect(leaver.handingOn.isDone()).toBe(true);
  });

  it('waits no more for what is deleted, or written again', () => {
    leaver.commit(put(1, 'a', ['s1']), put(2, 'b', ['s1']));
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(false);
    leaver.commit(record(3, { key: 'a', kind: 'delete' }), put(4, 'b', ['s2']));
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(true);
  });

  it('goes at once when nobody stays to take it over, and names what it takes along', () => {
    leaver.state.leavers = new Set([1, 2, 3]);
    leaver.commit(...Array.from({ length: 12 }, (_, index) => put(index + 1, `k${index}`, ['s1'])));
    leaver.allKeep();
    expect(leaver.handingOn.isDone()).toBe(true);
    leaver.handingOn.end();
    const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
    expect(leaver.told().at(-1)).toEqual({ kind: 'handed-on', left: 12, keys });
  });

  it('names what everyone is to keep as well when nobody else keeps anything', () => {
    const alone = new Leaver(viewOf([1, 2], { members: [member(1), member(2, { capacity: 0 })] }));
    alone.commit(record(1, { key: 'a' }), put(2, 'b', ['s1']), record(3, { key: 'c' }));
    expect(alone.handingOn.isDone()).toBe(true);
    alone.handingOn.end();
    expect(alone.told().at(-1)).toEqual({ kind: 'handed-on', left: 3, keys: ['b', 'a', 'c'] });
  });

  it.each([
    ['another one that stays has it all', viewOf([1, 2])],
    [
      'it keeps nothing itself',
      viewOf([1, 2], { members: [member(1, { capacity: 0 }), member(2, { capacity: 0 })] }),
    ],
  ])('names nothing that everyone is to keep when %s', (_, view) => {
    const one = new Leaver(view);
    one.commit(record(1, { key: 'a' }));
    one.handingOn.end();
    expect(one.told()).toEqual([]);
  });

  it('hands nothing on to gateways, nor outside the lineage', () => {
    const gateways = [2, 3].map((id) => member(id, { capacity: 0 }));
    for (const view of [
      viewOf([1, 2, 3], { members: [member(1), ...gateways] }),
      viewOf([1, 2, 3], { provisional: true }),
    ]) {
      const alone = new Leaver(view);
      alone.commit(put(1, 'k', ['s1']));
      expect(alone.handingOn.isDone()).toBe(true);
    }
  });
});
