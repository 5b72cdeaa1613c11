import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { Sighting } from '../multicast/index.js';
import { DEFERENCE_MS, PATIENCE_MS, Search, type Standing } from './search.js';
import { Field, SIGHTING } from './testing/field.js';

const TICK_MS = 50;

/** One search, and what it has asked and founded at which time. */
class Trial {
  readonly search = new Search({ name: 'm', priority: 5 }, () => 0.5);
  readonly asks: number[] = [];
  readonly founded: number[] = [];
  standing: Standing = 'seeking';
  now = 0;

  run(ms: number, onAsk: () => void = () => {}): this {
    for (const end = this.now + ms; this.now < end; this.now += TICK_MS) {
      const what = this.search.next(this.standing, 100, this.now);
      if (what === 'found') this.founded.push(this.now);
      if (what !== 'ask') continue;
      this.asks.push(this.now);
      onAsk();
    }
    return this;
  }

  hear(change: Partial<Sighting>): void {
    this.search.heard({ ...SIGHTING, id: 1, name: 'other', priority: 5, ...change }, this.now);
  }
}

describe('a server that seeks', () => {
  it('founds when nobody answers for a while, and asks meanwhile', () => {
    const { asks, founded } = new Trial().run(2 * PATIENCE_MS);
    expect(asks[0]).toBe(0);
    expect(asks.filter((at) => at < PATIENCE_MS).length).toBeGreaterThanOrEqual(6);
    expect(founded[0]).toBeGreaterThanOrEqual(PATIENCE_MS);
    expect(founded[0]).toBeLessThan(PATIENCE_MS + 500);
  });

  it.each(['member', 'returning'] as const)('never founds while one that is %s answers', (state) => {
    const trial = new Trial();
    trial.run(60_000, () => trial.hear({ state, priority: 1 }));
    expect(trial.founded).toEqual([]);
    expect(trial.asks.length).toBeLessThan(80);
    trial.run(60_000);
    expect(trial.founded.length).toBeGreaterThan(0);
  });

  it('waits for one that ranks higher, as long as it is there, but not for ever', () => {
    const trial = new Trial();
    trial.run(DEFERENCE_MS, () => trial.hear({ state: 'seeking', priority: 6 }));
    expect(trial.founded).toEqual([]);
    trial.run(1_000, () => trial.hear({ state: 'seeking', priority: 6 }));
    expect(trial.founded).toHaveLength(1);

    const other = new Trial();
    other.run(PATIENCE_MS, () => other.hear({ state: 'seeking', priority: 6 }));
    expect(other.run(3_000).founded).toHaveLength(1);
  });

  it.each([
    [{ priority: 4 }, true],
    [{ priority: 5, name: 'n' }, true],
    [{ priority: 5, name: 'l' }, false],
    [{ priority: 5, name: 'm', id: 101 }, true],
    [{ priority: 5, name: 'm', id: 99 }, false],
  ])('that hears another with %j founds: %j', (rank, isFounder) => {
    const trial = new Trial();
    trial.run(PATIENCE_MS + 1_000, () => trial.hear({ state: 'seeking', ...rank }));
    expect(trial.founded.length > 0).toBe(isFounder);
  });

  it('does not take its own standstill for silence', () => {
    const trial = new Trial().run(500);
    trial.now += 10_000;
    expect(trial.run(PATIENCE_MS / 2).founded).toEqual([]);
  });

  it('asks at once when somebody else appears, though not for each of its questions', () => {
    const trial = new Trial().run(30_000);
    const before = trial.asks.length;
    trial.search.stir(1, false, trial.now);
    expect(trial.run(200).asks.length).toBe(before + 1);
    trial.hear({ state: 'seeking' });
    trial.search.stir(1, false, trial.now);
    expect(trial.run(200).asks.length).toBe(before + 1);
  });
});

describe('a server with a ring', () => {
  it('asks seldom when it is alone or the primary, and else once', () => {
    for (const [standing, least, most] of [
      ['alone', 5, 12],
      ['leading', 5, 12],
      ['following', 1, 1],
    ] as const) {
      const trial = new Trial();
      trial.standing = standing;
      trial.run(60_000);
      expect(trial.founded).toEqual([]);
      expect(trial.asks.length).toBeGreaterThanOrEqual(least);
      expect(trial.asks.length).toBeLessThanOrEqual(most);
    }
  });

  it('asks when another ring shows up, once a second at most', () => {
    const trial = new Trial();
    trial.standing = 'following';
    trial.run(20_000);
    trial.search.stir(1, false, trial.now);
    expect(trial.run(5_000).asks).toHaveLength(1);
    for (let turn = 0; turn < 50; turn++) {
      trial.search.stir(turn, true, trial.now);
      trial.run(100);
    }
    expect(trial.asks.length).toBeGreaterThanOrEqual(5);
    expect(trial.asks.length).toBeLessThanOrEqual(7);
  });
});

describe('servers that start at about the same time', () => {
  const starts = fc.array(fc.record({ at: fc.nat({ max: 4_000 }), priority: fc.nat({ max: 3 }) }), {
    minLength: 1,
    maxLength: 6,
  });

  it('found one ring, also when half of the packets are late', () => {
    fc.assert(
      fc.property(starts, fc.integer(), (servers, seed) => {
        const field = new Field(servers, { seed, loss: 0, latencyMs: 300 });
        field.run(20_000);
        expect(field.founders).toHaveLength(1);
        expect(field.outside).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('found one ring though a fifth of the packets is lost', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const field = new Field(
        [0, 100, 900, 2_100].map((at, priority) => ({ at, priority })),
        {
          seed,
          loss: 0.2,
          latencyMs: 50,
        },
      );
      field.run(20_000);
      expect([seed, field.founders.length, field.outside]).toEqual([seed, 1, []]);
    }
  });

  it('the one with the highest priority does, when all are there from the beginning', () => {
    const servers = [3, 9, 5].map((priority) => ({ at: 0, priority }));
    const field = new Field(servers, { seed: 1, loss: 0, latencyMs: 10 });
    field.run(5_000);
    expect(field.founders).toEqual([1]);
  });
});
