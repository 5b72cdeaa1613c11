import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

/** What docs/bench.md has a table of: nothing else runs it when the core changes. */
it('The cost of large groups can be measured', () => {
  const output = execFileSync(process.execPath, ['bench/groups.mjs', '3', '10'], { encoding: 'utf8' });
  const rows = output.trim().split('\n').slice(-2);
  const [small, large] = rows.map((row) => row.split('|').slice(1, 3).map(Number));
  expect([small![0], large![0]]).toEqual([3, 10]);
  expect(large![1]! / small![1]!).toBeCloseTo(10 / 3, 0);
});
