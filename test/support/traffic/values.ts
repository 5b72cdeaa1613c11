import type { Random } from '../../simulation/random.js';

const LARGEST_BYTES = 8_192;
const SMALLEST_BYTES = 16;

/** A body that carries the value: filled up to a size that is mostly small. */
export function bodyOf(value: string, random: Random): string {
  const bytes = random.chance(0.1) ? random.below(LARGEST_BYTES) : random.below(256);
  return value.padEnd(Math.max(SMALLEST_BYTES, bytes));
}

export const valueOf = (body: string): string => body.trimEnd();
