import { describe, expect, it } from '@jest/globals';
import { writeSync } from 'node:fs';
import { planOf } from './plan.js';
import { run } from './run.js';

const seed = process.env['RINGLET_SIM_SEED'];
const STANDARD_OUTPUT = 1;

function tell(line: string): void {
  writeSync(STANDARD_OUTPUT, `${line}\n`);
}

/** `RINGLET_SIM_SEED=17 npm run test:sim` tells the seventeenth run line by line. */
(seed === undefined ? describe.skip : describe)('one seed', () => {
  it('keeps every promise', () => {
    const plan = planOf(Number(seed));
    tell(JSON.stringify(plan));
    const { failure } = run(plan, { listener: tell });
    expect(failure).toBeNull();
  });
});
