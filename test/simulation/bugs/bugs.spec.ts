import { describe, expect, it } from '@jest/globals';
import { isReplay } from '../seeds.js';
import { useSimulator } from '../use-simulator.js';
import { PLANTED } from './finding.js';

const simulator = useSimulator();

(isReplay ? describe.skip : describe)('a replica that', () => {
  it.each(PLANTED.map(({ name }) => name))('%s is found out', async (name) => {
    expect(await simulator.call('seedThatFinds', name)).not.toBeNull();
  });
});
