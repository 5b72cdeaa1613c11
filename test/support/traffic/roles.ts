import type { Random } from '../../simulation/random.js';
import type { ServerProcess } from '../processes/index.js';

/** Picks a server by its place in the ring. */
export type Role = (order: readonly ServerProcess[], random: Random) => ServerProcess;

export const primary: Role = (order) => order[0]!;
export const tail: Role = (order) => order.at(-1)!;
export const middle: Role = (order, random) => order[1 + random.below(order.length - 2)]!;

/** Counted from the primary, which is 0; behind the tail it goes on with the primary. */
export const at =
  (place: number): Role =>
  (order) =>
    order[place % order.length]!;

export const roles = { primary, middle, tail };
