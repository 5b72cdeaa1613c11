import type { Saved } from '../../../src/replication/index.js';
import type { Plan } from '../plan.js';
import { partsOf, type Bug } from './planted.js';

/** All go down together, again and again, and some lose power. */
const BLACKOUTS: Partial<Plan> = {
  durable: true,
  syncsAll: true,
  servers: 3,
  faults: ['blackout', 'power', 'disk-stall'],
  faultCount: 9,
};
const RESTARTS: Partial<Plan> = { ...BLACKOUTS, faults: ['blackout', 'crash', 'trap'], faultCount: 12 };
const DAMAGE: Partial<Plan> = { ...BLACKOUTS, faults: ['damage', 'crash', 'blackout'], faultCount: 9 };
/** Sides that write and come together again. */
const SPLITS: Partial<Plan> = {
  policy: 'available',
  faults: ['partition', 'isolation', 'cut'],
  faultCount: 6,
  keys: 3,
};

/** Mistakes with disks, with what is found on them, and with what was written apart. */
export const DISK_BUGS: readonly Bug[] = [
  {
    name: 'skips the fsync',
    plan: BLACKOUTS,
    plant: (replica) => {
      const { journal } = partsOf(replica).state;
      const flush = journal.flush.bind(journal);
      journal.flush = (mark, all) => {
        flush(mark, all);
        journal.saved(journal['sequence']);
      };
    },
  },
  {
    name: 'forgets what it promised and accepted before it was restarted',
    plan: RESTARTS,
    options: (options) => ({
      ...options,
      saved: options.saved && {
        ...options.saved,
        facts: options.saved.facts.filter(({ name }) => name !== 'choice'),
      },
    }),
  },
  {
    name: 'trusts a disk that is damaged',
    plan: DAMAGE,
    options: (options) => ({ ...options, saved: options.saved && { ...options.saved, damaged: [] } }),
  },
  {
    name: 'takes what was not known to be committed for committed after a restart',
    plan: RESTARTS,
    options: (options) => ({ ...options, saved: options.saved && withAllCommitted(options.saved) }),
  },
  {
    name: 'merges by overwriting',
    plan: SPLITS,
    plant: (replica) => {
      const { chain } = partsOf(replica);
      const number = chain['number'].bind(chain);
      chain['number'] = (origin, request, operation) =>
        number(origin, request, { ...operation, offer: null });
    },
  },
  {
    name: 'offers nothing of what it wrote apart',
    plan: SPLITS,
    plant: (replica) => {
      replica['offers'].gather = () => undefined;
    },
  },
  {
    name: "is sent the difference to a state that was never the ring's",
    plan: SPLITS,
    plant: (replica) => {
      const { reception } = partsOf(replica);
      reception['baseFor'] = ({ watermark }) => watermark;
    },
  },
  {
    name: 'drops tombstones while it is apart',
    plan: { ...SPLITS, tombstoneTtlMs: 100 },
    plant: (replica) => {
      const { chain, state } = partsOf(replica);
      const drop = chain['dropTombstones'].bind(chain);
      chain['dropTombstones'] = () => {
        const { view } = state;
        if (!view?.provisional) return drop();
        state.place = { ...state.place!, view: { ...view, provisional: false } };
        drop();
        state.place = { ...state.place, view };
      };
    },
  },
];

function withAllCommitted(saved: Saved): Saved {
  const last = saved.records.at(-1)?.revision ?? 0;
  const facts = saved.facts.map((fact) => (fact.name === 'mark' ? { ...fact, watermark: last } : fact));
  return { ...saved, facts };
}
