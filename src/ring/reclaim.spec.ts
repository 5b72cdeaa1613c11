import { expect, it } from '@jest/globals';

import { Reclaim } from './reclaim.js';

const MIB = 2 ** 20;

class Fake {
  collections = 0;
  micros = 0;

  cpuMicros(): number {
    return this.micros;
  }

  collect(): void {
    this.collections++;
  }
}

it('collects once when a lot has gone, and not while little goes', () => {
  const fake = new Fake();
  const reclaim = new Reclaim(fake);
  for (const bytes of [0, 100 * MIB, 60 * MIB, 300 * MIB]) reclaim.look(bytes, 0);
  expect(fake.collections).toBe(0);
  for (const bytes of [100 * MIB, 100 * MIB, 50 * MIB]) reclaim.look(bytes, 0);
  expect(fake.collections).toBe(1);
  reclaim.look(0, 0);
  expect(fake.collections).toBe(2);
});

it('collects twice when it becomes quiet, and again only after it was busy', () => {
  const fake = new Fake();
  const reclaim = new Reclaim(fake);
  let now = 0;
  const pass = (microsEach: number): void => {
    for (let look = 0; look < 5; look++) {
      now += 4000;
      fake.micros += microsEach;
      reclaim.look(0, now);
    }
  };
  pass(200_000);
  expect(fake.collections).toBe(0);
  pass(20_000);
  expect(fake.collections).toBe(2);
  pass(200_000);
  pass(20_000);
  expect(fake.collections).toBe(4);
});
