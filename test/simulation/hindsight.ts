import type { RegisterOperation } from '../support/linearizability/index.js';
import type { Commits } from './checks/commits.js';
import { digestOfValue } from './values.js';

/**
 * Once all is quiet and whole, it is known of each put whether it was done, when its record was first passed on, and when the first server had it
 * committed: it took effect in between, since nobody can have read it earlier, and any read that begins later has to bring it. To know it spares the
 * checker many open operations, and makes it sharper: what was never committed must never have been read.
 */
export function withHindsight(
  operations: readonly RegisterOperation[],
  commits: Commits,
): RegisterOperation[] {
  return operations.flatMap((operation) => {
    const { input, output } = operation;
    if (input.kind === 'get' || input.kind === 'delete') return operation;
    const committed = commits.putOf(digestOfValue(input.value));
    if (committed === null) return output === null ? [] : operation;
    const { record, numberedAt, at } = committed;
    const done = record.replaced ? 'replaced' : 'created';
    const call = Math.max(operation.call, numberedAt);
    return { ...operation, call, return: Math.min(operation.return, at), output: output ?? done };
  });
}
