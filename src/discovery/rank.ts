import type { Sighting } from '../multicast/index.js';

/** By which it is decided who of several founds the ring: the highest priority, then the first name, then the lowest id. */
export type Rank = Pick<Sighting, 'id' | 'name' | 'priority'>;

export function ranksBefore(one: Rank, other: Rank): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  if (one.name !== other.name) return one.name < other.name;
  return one.id < other.id;
}
