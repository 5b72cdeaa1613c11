import type { Making } from '../support/processes/index.js';

/** What the ring of a round is made of. Rounds of one plan that follow each other are played on one ring. */
export interface Plan {
  readonly name: string;
  readonly size: number;
  readonly making: Making;
}

export const three: Plan = { name: '3 servers', size: 3, making: {} };
export const five: Plan = { name: '5 servers', size: 5, making: {} };
export const threeWithDisks: Plan = withDisks('3 servers with disks', 3, 'always');
export const fiveWithDisks: Plan = withDisks('5 servers with disks', 5, 'always');
export const threeUnsynced: Plan = withDisks('3 servers with FSYNC=never', 3, 'never');
/** Of its own, as its servers are the only ones that it ever had, and have few objects. */
export const threeForNewcomers: Plan = withDisks('3 servers with disks, for newcomers', 3, 'always');
/** Of its own, as it is full of objects. */
export const threeLaden: Plan = withDisks('3 laden servers', 3, 'never');

function withDisks(name: string, size: number, fsync: 'always' | 'never'): Plan {
  return { name, size, making: { hasDisks: true, settings: { FSYNC: fsync } } };
}
