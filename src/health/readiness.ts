import type { Status } from '../replication/index.js';

export type NotReady = 'draining' | 'joining' | 'returning' | 'left' | 'filling' | 'no-lease';

/** Why this server should get no requests now; null when it should. */
export function whyNotReady(status: Status, isDraining: boolean): NotReady | null {
  if (isDraining) return 'draining';
  if (status.phase !== 'member') return status.phase;
  if (!status.full) return 'filling';
  return status.hasLease ? null : 'no-lease';
}
