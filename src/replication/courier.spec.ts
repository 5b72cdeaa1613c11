import { beforeEach, describe, expect, it } from '@jest/globals';
import { Courier, type LapMessage } from './courier.js';
import type { Prepare } from './messages.js';
import { Station, server, viewOf } from './testing/fixtures.js';

const [two, three, four, self] = [server(2), server(3), server(4), server(1)];
const SUSPECT_MS = 1000;

const lap: Prepare = {
  kind: 'prepare',
  of: viewOf([1, 2, 3, 4]),
  ballot: { number: 1, proposer: 1 },
  promises: [],
  accused: [],
  objected: false,
  newcomers: [],
  leavers: [],
  filled: [],
};

let station: Station;
let courier: Courier;
let returned: LapMessage[];

beforeEach(() => {
  station = new Station(1, lap.of);
  returned = [];
  courier = new Courier(station.state, station.links, {
    onReturned: (message) => returned.push(message),
    onSkipped: (message, { id }, gone) => ({
      ...(message as Prepare),
      accused: [...accusedBy(message), { id, gone }],
    }),
  });
});

const accusedBy = (message: LapMessage): Prepare['accused'] => (message as Prepare).accused;

/** To whom, by link, the lap was handed, and whom it accuses. */
function handed(): [number, number[]][] {
  return station.sent().map(({ link, message }) => [link, accusedBy(message as Prepare).map(({ id }) => id)]);
}

function idle(ms: number): void {
  for (let at = 0; at < ms; at += 100) {
    station.wait(100);
    courier.tick();
  }
}

describe('Courier', () => {
  it('hands the lap over when its first stop is connected', () => {
    courier.carry(lap, [two, three]);
    expect(courier.target).toBe('r2');
    const link = station.connect(two);
    for (let twice = 0; twice < 2; twice++) courier.linked('r2');
    expect(handed()).toEqual([[link, []]]);
  });

  it('tries who was gone a moment ago and has come back', () => {
    courier.accuse(2, true);
    courier.returned(server(22, { was: 2 }));
    courier.carry(lap, [two, three]);
    expect([courier.target, courier.unreachable.size]).toEqual(['r2', 0]);
  });

  it('passes over a host that refuses, at once', () => {
    const link = station.connect(three);
    courier.carry(lap, [two, three]);
    courier.dialFailed('r2', true);
    expect(handed()).toEqual([[link, [2]]]);
    expect(courier.unreachable.get(2)).toMatchObject({ gone: true });
  });

  it('asks another incarnation at the same address, but goes on at once: the former one is dead', () => {
    const link = station.connect(three);
    const other = station.connect(server(9), 'r2');
    courier.carry(lap, [two, three]);
    expect(handed()).toEqual([
      [other, []],
      [link, [2]],
    ]);
    expect([...courier.asked]).toEqual(['r2']);
    expect(courier.unreachable.get(2)).toMatchObject({ gone: true });
    courier.installed();
    expect(courier.asked.size).toBe(0);
  });

  it('dials again until a failure has lasted', () => {
    const link = station.connect(three);
    courier.carry(lap, [two, three]);
    station.wait(SUSPECT_MS);
    courier.dialFailed('r2', false);
    courier.tick();
    expect(handed()).toEqual([]);
    station.wait(1);
    courier.dialFailed('r2', false);
    expect(handed()).toEqual([[link, [2]]]);
    expect(courier.unreachable.get(2)).toMatchObject({ gone: false });
  });

  it('passes over who was handed the lap and fell silent, but not who is heard', () => {
    const toTwo = station.connect(two);
    const toThree = station.connect(three);
    courier.carry(lap, [two, three]);
    idle(600);
    station.links.heard(toTwo, station.state.now);
    idle(1000);
    expect(handed()).toEqual([[toTwo, []]]);
    idle(100);
    expect(handed()).toEqual([[toThree, [2]]]);
  });

  it('connects to those behind as well when the next stop keeps it waiting, and then loses no time', () => {
    courier.carry(lap, [two, three, four, self]);
    expect([...courier.targets()]).toEqual(['r2']);
    idle(300);
    expect([...courier.targets()]).toEqual(['r2', 'r3', 'r4']);
    idle(1000);
    expect([...courier.unreachable.keys()]).toEqual([2, 3, 4]);
    expect(returned).toHaveLength(1);
  });

  it('sends the lap again when the link breaks after it was handed over', () => {
    const first = station.connect(two);
    courier.carry(lap, [two, three]);
    station.links.closed(first);
    courier.closed(first, 'r2');
    const second = station.connect(two);
    courier.linked('r2');
    expect(handed()).toEqual([
      [first, []],
      [second, []],
    ]);
  });

  it('passes over who is gone when the link breaks after it was handed over', () => {
    const link = station.connect(three);
    const first = station.connect(two);
    courier.carry(lap, [two, three]);
    courier.dialFailed('r2', true);
    station.links.closed(first);
    courier.closed(first, 'r2');
    courier.dialFailed('r2', true);
    expect(handed()).toEqual([
      [first, []],
      [link, [2]],
    ]);
  });

  it('passes over a newcomer whose link breaks: its state came over that very link', () => {
    const first = station.connect(server(7));
    const second = station.connect(two);
    courier.carry(lap, [server(7), two]);
    station.links.closed(first);
    courier.closed(first, 'r7');
    expect(handed()).toEqual([
      [first, []],
      [second, [7]],
    ]);
  });

  it('knows for a while, in one view, who could not be reached', () => {
    courier.accuse(2, false);
    courier.accuse(3, true);
    const link = station.connect(four);
    courier.carry(lap, [two, three, four]);
    expect(handed()).toEqual([[link, [2, 3]]]);
    courier.drop();
    idle(2 * SUSPECT_MS);
    expect([...courier.unreachable.keys()]).toEqual([2, 3]);
    idle(100);
    expect(courier.unreachable.size).toBe(0);
    courier.accuse(2, true);
    courier.installed();
    expect(courier.unreachable.size).toBe(0);
  });

  it('returns the lap to its proposer, this server, when nobody else is left, and lets it end elsewhere', () => {
    courier.carry(lap, [two, self]);
    courier.dialFailed('r2', true);
    expect(returned).toMatchObject([{ accused: [{ id: 2, gone: true }] }]);
    courier.carry(lap, [two]);
    expect([courier.target, returned.length]).toEqual([null, 1]);
  });

  it('carries one lap, the newest, and none over a change of the view', () => {
    const link = station.connect(three);
    courier.carry(lap, [two]);
    courier.carry({ ...lap, objected: true }, [three]);
    expect(station.messages()).toMatchObject([{ objected: true }]);
    courier.installed();
    station.links.closed(link);
    courier.closed(link, 'r3');
    expect(courier.target).toBeNull();
  });

  it('does not count the time in which this server did not run', () => {
    station.connect(three);
    courier.carry(lap, [two, three]);
    station.wait(SUSPECT_MS + 500);
    courier.excuse(500);
    courier.tick();
    expect(handed()).toEqual([]);
  });
});
