import type { Message } from '../../src/replication/index.js';
import type { Host } from './host.js';
import type { Random } from './random.js';
import type { Trap } from './traps.js';

/** Mostly the steps of choosing a view and of joining, or those of a large body; seldom those of a write. */
const STEPS: readonly Message['kind'][] = [
  'prepare',
  'accept',
  'install',
  'state',
  'state-answer',
  'invite',
  'join',
];
const BLOB_STEPS: readonly Message['kind'][] = [
  'blob-open',
  'blob-want',
  'blob-piece',
  'blob-progress',
  'blob-live',
  'lookup',
];
const KINDS: readonly Message['kind'][] = [
  ...STEPS,
  ...STEPS,
  ...BLOB_STEPS,
  ...BLOB_STEPS,
  'submit',
  'append',
  'stored',
  'watermark',
  'heartbeat',
];

export function anyTrap(random: Random, host: Host | null): Trap {
  return {
    host,
    direction: random.pick(['send', 'receive'] as const),
    kind: random.pick(KINDS),
    nth: 1 + random.below(6),
    when: random.pick(['before', 'after'] as const),
  };
}
