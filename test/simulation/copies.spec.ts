import { describe, expect, it } from '@jest/globals';
import { ABSENCE_BUGS } from './bugs/copy-bugs.js';
import type { Plan } from './plan.js';
import { isReplay } from './seeds.js';
import { useSimulator } from './use-simulator.js';

const SEEDS = 10;

const simulator = useSimulator();

function failuresWith(seeds: number, changes: Partial<Plan>): Promise<string[]> {
  return simulator.call('failuresWith', seeds, changes);
}

(isReplay ? describe.skip : describe)('With two copies of each body', () => {
  it('no death of one loses any, and others make up for it', async () => {
    expect(await simulator.call('deathsOneByOne', SEEDS)).toEqual([]);
  });

  it.each(ABSENCE_BUGS.map(({ name }) => name))('a replica that %s is found out', async (name) => {
    expect(await simulator.call('isFoundByDeaths', name, SEEDS)).toBe(true);
  });
});

(isReplay ? describe.skip : describe)('With so many copies of each body', () => {
  it.each([1, 2, 3])('%d: every promise is kept', async (replicas) => {
    expect(await failuresWith(3 * SEEDS, { replicas })).toEqual([]);
  });
});

(isReplay ? describe.skip : describe)('With servers that keep no bodies', () => {
  it.each([0, 1, 2])('and %d copies of each (0: all): every promise is kept', async (replicas) => {
    expect(await failuresWith(SEEDS, { servers: 5, gateways: 2, replicas })).toEqual([]);
  });
});

(isReplay ? describe.skip : describe)('Whoever leaves hands on what only it keeps', () => {
  const leaves = { faults: ['leave'], faultCount: 8, servers: 5, durable: false } as const;

  it.each([1, 2, 3])('of %d copies', async (replicas) => {
    expect(await failuresWith(2 * SEEDS, { ...leaves, replicas })).toEqual([]);
  });

  it('with disks, and with gateways beside it', async () => {
    expect(await failuresWith(SEEDS, { ...leaves, durable: true, gateways: 1, replicas: 1 })).toEqual([]);
  });
});
