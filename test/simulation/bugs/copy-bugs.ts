import type { Plan } from '../plan.js';
import { partsOf, type Bug } from './planted.js';

const RESTARTS: Partial<Plan> = {
  replicas: 2,
  servers: 5,
  durable: true,
  syncsAll: true,
  faults: ['crash', 'stall'],
  faultCount: 6,
};

/** Nobody dies, and nobody comes back with what it had. */
const LEAVES: Partial<Plan> = {
  replicas: 1,
  servers: 5,
  durable: false,
  faults: ['leave'],
  faultCount: 8,
};

/** Mistakes with bodies that only some servers keep. */
export const COPY_BUGS: readonly Bug[] = [
  {
    name: 'drops what others keep before it is committed',
    plan: { ...RESTARTS, replicas: 1, faults: ['trap', 'crash'], faultCount: 12, uploadChance: 0 },
    plant: (replica) => {
      const { catalogue, self } = partsOf(replica).state;
      const store = catalogue.store.bind(catalogue);
      catalogue.store = (record) => {
        const isMine = record.holders.length === 0 || record.holders.includes(self.name);
        store(isMine ? record : { ...record, body: null });
      };
    },
  },
  {
    name: 'asks nobody for what it was given to keep',
    plan: RESTARTS,
    plant: (replica) => {
      partsOf(replica).lookups['fill'] = () => undefined;
    },
  },
  {
    name: 'drops what it is to keep when it is placed anew',
    plan: RESTARTS,
    plant: (replica) => {
      const { copies, state } = partsOf(replica);
      const committed = copies.committed.bind(copies);
      copies.committed = (record) => {
        committed(record);
        const version = state.catalogue.get(record.key);
        if (record.kind !== 'place' || !version?.body) return;
        state.journal.put('records', state.catalogue.shed(record.key));
      };
    },
  },
  {
    name: 'leaves with what only it keeps',
    plan: LEAVES,
    plant: (replica) => {
      partsOf(replica).handingOn['isNeededHere'] = () => false;
    },
  },
  {
    name: 'leaves before others have fetched what they are to keep',
    plan: LEAVES,
    plant: (replica) => {
      const { handingOn, state } = partsOf(replica);
      const isDone = handingOn.isDone.bind(handingOn);
      handingOn.isDone = () => {
        const { keptTo } = state;
        state.keptTo = Infinity;
        const isOver = isDone();
        state.keptTo = keptTo;
        return isOver;
      };
    },
  },
  {
    name: 'gives copies to gateways',
    plan: { ...LEAVES, replicas: 5, gateways: 2, faults: [], faultCount: 0 },
    plant: (replica) => {
      const { placing } = partsOf(replica);
      placing['isStaying'] = () => true;
    },
  },
];

/** What only shows while somebody is gone. */
export const ABSENCE_BUGS: readonly Bug[] = [
  {
    name: 'replaces no holder that is gone',
    plant: (replica) => {
      partsOf(replica).placing['isLost'] = () => false;
    },
  },
  {
    name: 'counts what came by as a copy',
    plant: (replica) => {
      const { placing, state } = partsOf(replica);
      const judge = placing['judge'].bind(placing);
      placing['judge'] = (version, candidates) =>
        state.catalogue.spares.has(version.key) ? null : judge(version, candidates);
    },
  },
];
