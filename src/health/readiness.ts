import type { Lost, Status } from '../replication/index.js';

export type NotReady = 'draining' | 'joining' | 'returning' | 'left' | 'filling' | 'no-lease';

/** Why this server should get no requests now; null when it should. */
export function whyNotReady(status: Status, lost: Pick<Lost, 'isAll'>, isDraining: boolean): NotReady | null {
  if (isDraining) return 'draining';
  if (status.phase !== 'member') return status.phase;
  // Who waits for nothing but what nobody has is as good as any.
  if (!status.full && !lost.isAll) return 'filling';
  return status.hasLease ? null : 'no-lease';
}
