import { describe, expect, it } from '@jest/globals';
import { FILE_BUGS } from './bugs/file-bugs.js';
import { isReplay, setting } from './seeds.js';
import { useSimulator } from './use-simulator.js';

const SEEDS = setting('RINGLET_SIM_FILE_SEEDS', 50);

const simulator = useSimulator();

(isReplay ? describe.skip : describe)('Servers that share directories', () => {
  it.each([
    ['without disks', false],
    ['with disks', true],
  ])('%s: every promise is kept', async (_, durable) => {
    expect(await simulator.call('fileFailures', SEEDS, durable)).toEqual([]);
  });

  it.each(FILE_BUGS.map(({ name }) => name))('a replica that %s is found out', async (name) => {
    expect(await simulator.call('isFoundByFiles', name, SEEDS)).toBe(true);
  });
});
