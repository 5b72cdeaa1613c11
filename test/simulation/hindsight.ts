import type { Commits } from './checks/commits.js';
import type { RegisterOperation } from '../support/linearizability/index.js';
import { digestOfValue } from './values.js';

/**
 * Once all is quiet and whole, it is known of each put with an unknown outcome whether it was done, though not when. To know it spares the
 * checker many open operations, and makes it sharper: what was never committed must never have been read.
 */
export function withHindsight(
  operations: readonly RegisterOperation[],
  commits: Commits,
): RegisterOperation[] {
  const end =
    1 + operations.reduce((last, { call, return: at }) => Math.max(last, call, at === Infinity ? 0 : at), 0);
  return operations.flatMap((operation) => {
    const { input, output } = operation;
    if (output !== null || input.kind === 'get' || input.kind === 'delete') return operation;
    const record = commits.putOf(digestOfValue(input.value));
    return record === null
      ? []
      : { ...operation, return: end, output: record.replaced ? 'replaced' : 'created' };
  });
}
