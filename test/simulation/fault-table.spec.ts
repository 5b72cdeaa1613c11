import { describe, expect, it } from '@jest/globals';
import { LEAST, TABLE } from './fault-table.js';
import { isReplay } from './seeds.js';
import { useSimulator } from './use-simulator.js';

const simulator = useSimulator();

(isReplay ? describe.skip : describe)('every promise is kept', () => {
  it.each([...TABLE.keys()])(
    `though a %s hits a server at least ${LEAST} times in each role`,
    async (kind) => {
      expect(await simulator.call('missingHits', kind)).toEqual([]);
    },
  );
});
