import { describe, expect, it } from '@jest/globals';
import { OwnLateness, Silence, Suspension } from './detector.js';

describe('OwnLateness', () => {
  it('tells by how much a tick came late', () => {
    const lateness = new OwnLateness(50);
    expect([1000, 1050, 1150, 1251, 1301].map((now) => lateness.tick(now))).toEqual([0, 0, 0, 51, 0]);
  });
});

describe('Suspension', () => {
  it.each([
    ['forward', 60_000],
    ['back', -60_000],
  ])('finds the wall clock moved %s against the monotonic one', (_, jump) => {
    const suspension = new Suspension(250);
    expect(suspension.tick(1000, 5000)).toBe(false);
    expect(suspension.tick(9000, 13_000)).toBe(false);
    expect(suspension.tick(9050, 13_050 + jump)).toBe(true);
    expect(suspension.tick(9100, 13_100 + jump)).toBe(false);
  });

  it('lets a clock be set by a little', () => {
    const suspension = new Suspension(250);
    suspension.tick(1000, 5000);
    expect([suspension.tick(1000, 5250), suspension.tick(1000, 5501)]).toEqual([false, true]);
  });
});

describe('Silence', () => {
  it('is too long a little later at each place, so that one acts first', () => {
    const silence = new Silence(1000, 200);
    silence.heard(500);
    const first = [0, 1, 2].map((place) => {
      let now = 500;
      while (!silence.isTooLong(now, place)) now++;
      return now - 500;
    });
    expect(first).toEqual([1201, 1401, 1601]);
  });

  it('credits the ring with the time in which this server did not listen', () => {
    const silence = new Silence(1000, 200);
    silence.heard(500);
    silence.excuse(300, 2000);
    expect([silence.isTooLong(2000, 0), silence.isTooLong(2001, 0)]).toEqual([false, true]);
    silence.excuse(9999, 2001);
    expect([silence.isTooLong(3201, 0), silence.isTooLong(3202, 0)]).toEqual([false, true]);
  });
});
