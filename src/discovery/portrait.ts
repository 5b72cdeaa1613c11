import type { Sighting } from '../multicast/index.js';
import type { Status } from '../replication/index.js';
import type { Standing } from './search.js';

type Place = Pick<Status, 'phase' | 'self' | 'view' | 'ringId' | 'watermark'>;

const STATES = { joining: 'seeking', returning: 'returning', member: 'member', left: null } as const;

/** What a server tells of itself; null when it has left. */
export function sightingOf(ring: string, status: Place): Sighting | null {
  const { phase, self, view, ringId, watermark } = status;
  const state = STATES[phase];
  if (state === null) return null;
  const { id, name, url, ring: address, priority } = self;
  const isPrimary = state === 'member' && view?.members[0]?.id === id;
  return { ring, ringId, id, name, url, address, priority, state, isPrimary, isEmpty: watermark === 0 };
}

/** Null when it has left. */
export function standingOf({ phase, self, view }: Place): Standing | null {
  if (phase === 'left') return null;
  if (phase !== 'member') return phase === 'joining' ? 'seeking' : 'returning';
  const [primary, ...others] = view!.members;
  if (others.length === 0) return 'alone';
  return primary!.id === self.id ? 'leading' : 'following';
}

/**
 * Whether what was found is worth the ring's attention. A ring that is there is; a server that comes back is to one that comes back to the same ring,
 * since together they may be enough of it.
 */
export function isOfUse(found: Sighting, own: Pick<Status, 'phase' | 'ringId'>): boolean {
  if (found.state === 'member') return true;
  return found.state === 'returning' && own.phase === 'returning' && found.ringId === own.ringId;
}
