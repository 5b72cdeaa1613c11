/** What a command came to. A failure is one sentence that says what to do. */
export type Outcome = { kind: 'done'; text: string } | { kind: 'failed'; sentence: string };

export const done = (text = ''): Outcome => ({ kind: 'done', text });
export const failed = (sentence: string): Outcome => ({ kind: 'failed', sentence });

/** `a, b and c`. */
export function listed(items: readonly (string | number)[], conjunction = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`;
}

export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/** `1 write`, `2 writes`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `45 ms`, `1.2 s`. */
export const span = (ms: number): string => (Math.round(ms) < 1_000 ? `${Math.round(ms)} ms` : seconds(ms));
