import type { Host } from './host.js';
import type { FaultKind } from './plan.js';

/** What a host is at the moment: its place in the chain, or on its way there. */
export type Role = 'primary' | 'middle' | 'last' | 'alone' | 'joining' | 'returning';

export const ROLES: readonly Role[] = ['primary', 'middle', 'last', 'alone', 'joining', 'returning'];

/** How often each fault was chosen for a host in each role. Those that hit several hosts count for the one that they were chosen for. */
export class Hits {
  private readonly counts = new Map<string, number>();

  add(kind: FaultKind, role: Role): void {
    this.put(`${kind} of ${role}`, 1);
  }

  addAll(others: Hits): void {
    for (const [name, count] of others.counts) this.put(name, count);
  }

  of(kind: FaultKind, role: Role): number {
    return this.counts.get(`${kind} of ${role}`) ?? 0;
  }

  private put(name: string, count: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }
}

export function roleOf({ process }: Host): Role {
  const { phase, view, self } = process!.status();
  if (phase !== 'member' || view === null) return phase === 'returning' ? 'returning' : 'joining';
  const index = view.members.findIndex(({ id }) => id === self.id);
  if (view.members.length === 1) return 'alone';
  if (index === 0) return 'primary';
  return index === view.members.length - 1 ? 'last' : 'middle';
}
