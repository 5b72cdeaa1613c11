import { describe, expect, it } from '@jest/globals';
import { Beats } from './beats.js';
import { Downstream } from './downstream.js';
import type { Heartbeat } from './messages.js';
import { placeIn } from './state.js';
import { member, record, Station, server, viewOf } from './testing/fixtures.js';

const view = viewOf([1, 2, 3]);

class Beating extends Station {
  readonly beats: Beats;
  isSeeking = false;

  constructor(self: number, of = view, load = 0) {
    super(self, of, { load: () => load });
    const downstream = new Downstream(this.state, this.links);
    this.connect(this.state.place!.successor);
    downstream.open();
    this.beats = new Beats(
      this.state,
      downstream,
      () => ROOM,
      () => this.isSeeking,
    );
    this.beats.installed(this.state.place!);
  }

  get hasLease(): boolean {
    return this.beats.mayRead();
  }

  out(): Heartbeat[] {
    return this.messages() as Heartbeat[];
  }
}

const ROOM = 1000;

function beat(lap: number, stamps: number[], echo: number[] = []): Heartbeat {
  const told = { room: ROOM, roomEcho: ROOM, leavers: [], leaversEcho: [], kept: 0, keptEcho: 0 };
  const loads = { loads: [0, 0, 0], loadsEcho: echo.map(() => 0) };
  return { kind: 'heartbeat', view: view.id, lap, stamps, echo, ...told, ...loads };
}

describe('The beats of the primary', () => {
  it('make two laps at once when the view is installed, and one every interval then', () => {
    const station = new Beating(1);
    expect(station.out()).toEqual([beat(1, [1000, -1, -1])]);
    station.wait(10);
    station.beats.heard(beat(1, [1000, 70, 80]));
    expect(station.out()).toEqual([beat(2, [1010, -1, -1], [1000, 70, 80])]);
    station.wait(10);
    station.beats.heard(beat(2, [1010, 71, 81], [1000, 70, 80]));
    station.wait(189);
    station.beats.tick();
    expect(station.out()).toEqual([]);
    station.wait(1);
    station.beats.tick();
    expect(station.out()).toEqual([beat(3, [1210, -1, -1], [1010, 71, 81])]);
  });

  it('start over in every view', () => {
    const station = new Beating(1);
    station.beats.heard(beat(1, [1000, 70, 80]));
    station.out();
    station.beats.installed(station.state.place!);
    expect(station.out()).toEqual([beat(1, [1000, -1, -1])]);
  });

  it('tell everyone how busy each was in the lap before', () => {
    const station = new Beating(1);
    station.out();
    station.beats.heard({ ...beat(1, [1000, 70, 80]), loads: [0, 0.5, 2] });
    expect(station.state.loads).toEqual([0, 0.5, 2]);
    expect(station.out()).toEqual([expect.objectContaining({ loads: [0, 0, 0], loadsEcho: [0, 0.5, 2] })]);
    const other = new Beating(2, view, 0.75);
    other.beats.heard({ ...beat(2, [1000, -1, -1]), loads: [0.25, 0, 0], loadsEcho: [0, 0.5, 2] });
    expect(other.state.loads).toEqual([0, 0.5, 2]);
    expect(other.out()).toEqual([expect.objectContaining({ loads: [0.25, 0.75, 0] })]);
  });

  it('stop while it has promised', () => {
    const station = new Beating(1);
    station.out();
    station.state.sealed = true;
    station.wait(1000);
    station.beats.tick();
    expect(station.out()).toEqual([]);
  });

  it('give it a lease from its own stamp, once that has gone round', () => {
    const station = new Beating(1);
    expect(station.hasLease).toBe(false);
    station.wait(100);
    station.beats.heard(beat(1, [1000, 70, 80]));
    station.wait(499);
    expect(station.hasLease).toBe(true);
    station.wait(1);
    expect(station.hasLease).toBe(false);
  });
});

describe('The beats of another member', () => {
  it('carry its own clock on', () => {
    const station = new Beating(2);
    station.beats.heard(beat(4, [50, -1, -1], [40, 900, 60]));
    expect(station.out()).toEqual([beat(4, [50, 1000, -1], [40, 900, 60])]);
  });

  it('give it a lease from its own echoed stamp only', () => {
    const station = new Beating(2);
    station.beats.heard(beat(1, [9999, -1, -1]));
    expect(station.hasLease).toBe(false);
    station.beats.heard(beat(2, [9999, -1, -1], [9999, -1, 9999]));
    expect(station.hasLease).toBe(false);
    station.beats.heard(beat(3, [9999, -1, -1], [9999, 900, 9999]));
    station.wait(499);
    expect(station.hasLease).toBe(true);
    station.wait(1);
    expect(station.hasLease).toBe(false);
  });

  it('tell it whose stamps are fresh, on the way and in the echo', () => {
    const station = new Beating(3);
    station.beats.heard(beat(1, [50, 60, -1]));
    station.wait(100);
    expect(station.beats.lease.ages(view, station.state.now)).toEqual([100, 100, -1]);
    station.beats.heard(beat(2, [50, -1, -1], [40, -1, 900]));
    expect(station.beats.lease.ages(view, station.state.now)).toEqual([0, 100, 0]);
  });

  it('are missed after a while that is longer at every place', () => {
    const late = (self: number): boolean => {
      const station = new Beating(self);
      station.wait(1400);
      return station.beats.areSilent();
    };
    expect([1, 2, 3].map(late)).toEqual([true, false, false]);
    const station = new Beating(2);
    station.wait(1401);
    expect(station.beats.areSilent()).toBe(true);
    station.beats.heard(beat(1, [50, -1, -1]));
    expect(station.beats.areSilent()).toBe(false);
  });
});

const told = (fields: Partial<Heartbeat>): Heartbeat => ({ ...beat(3, [50, -1, -1]), ...fields });

describe('The beats tell', () => {
  it('who wishes to leave, and everyone a lap later', () => {
    const leaver = new Beating(2);
    leaver.state.handOnBy = 9000;
    leaver.beats.heard(told({ leavers: [1], leaversEcho: [3] }));
    expect([...leaver.state.leavers]).toEqual([3]);
    expect(leaver.out()[0]!.leavers).toEqual([1, 2]);
    const primary = new Beating(1);
    primary.beats.heard(told({ lap: 1, leavers: [1, 2] }));
    expect([...primary.state.leavers]).toEqual([1, 2]);
    expect(primary.out().at(-1)).toMatchObject({ leavers: [], leaversEcho: [1, 2] });
    primary.beats.installed(placeIn(viewOf([1, 3]), 1));
    expect([...primary.state.leavers]).toEqual([1]);
  });

  it('the next primary anew who leaves, before that one goes by it', () => {
    const leaver = new Beating(2);
    leaver.beats.heard(told({ leaversEcho: [2, 3] }));
    leaver.beats.installed(placeIn(viewOf([1, 2, 3]), 2));
    expect([...leaver.state.leavers]).toEqual([3]);
  });

  it('up to where all have the bodies that they are to keep, but those who are not full', () => {
    const station = new Beating(2);
    station.commit(record(1), record(2));
    station.beats.heard(told({ kept: 7, keptEcho: 5 }));
    expect([station.state.keptTo, station.out()[0]!.kept]).toEqual([5, 2]);
    station.state.catalogue.store(record(3, { body: null }));
    station.state.catalogue.commit(3, () => undefined);
    station.beats.heard(told({ kept: 7 }));
    expect(station.out()[0]!.kept).toBe(2);
    station.isSeeking = true;
    station.beats.heard(told({ kept: 7 }));
    expect(station.out()[0]!.kept).toBe(0);
    station.isSeeking = false;
    station.beats.lost(2);
    station.beats.heard(told({ kept: 7 }));
    expect(station.out()[0]!.kept).toBe(1);
    const members = [member(1), member(2, { full: false }), member(3)];
    const filling = new Beating(2, viewOf([1, 2, 3], { members }));
    filling.beats.heard(told({ kept: 7 }));
    expect(filling.out()[0]!.kept).toBe(7);
  });
});

describe('The right to read', () => {
  it('needs nobody when alone', () => {
    const station = new Beating(1, viewOf([1]));
    expect([station.hasLease, station.out(), station.beats.areSilent()]).toEqual([true, [], false]);
    station.state.phase = 'left';
    expect(station.hasLease).toBe(false);
  });

  it('ends with the promise of a member that leaves, and not with that of another', () => {
    const station = new Beating(2);
    station.beats.heard(beat(1, [50, -1, -1], [40, 1000, 60]));
    station.state.sealed = true;
    expect(station.hasLease).toBe(true);
    station.state.leaving = true;
    expect(station.hasLease).toBe(false);
  });

  it('is kept over a change of the view', () => {
    const station = new Beating(2);
    station.beats.heard(beat(1, [50, -1, -1], [40, 1000, 60]));
    station.enter(viewOf([2, 3], { id: { number: 6, proposer: 2 } }));
    station.connect(server(3));
    station.beats.installed(station.state.place!);
    expect(station.hasLease).toBe(true);
  });
});

describe('The age of what was heard', () => {
  it('is that of the last stamp of each member, and none of itself', () => {
    const station = new Beating(2);
    expect(station.beats.ages()).toEqual([-1, 0, -1]);
    station.wait(10);
    station.beats.heard(beat(1, [1000, -1, -1]));
    station.wait(40);
    station.beats.heard(beat(2, [1040, -1, -1], [1000, 1010, 80]));
    station.wait(5);
    expect(station.beats.ages()).toEqual([5, 0, 5]);
    station.wait(300);
    expect(station.beats.ages()).toEqual([305, 0, 305]);
  });
});
