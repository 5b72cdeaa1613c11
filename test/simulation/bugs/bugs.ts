import type { Message } from '../../../src/replication/index.js';
import type { Plan } from '../plan.js';
import { BLOB_BUGS } from './blob-bugs.js';
import { DISK_BUGS } from './disk-bugs.js';
import { partsOf, type Bug } from './planted.js';

const SWAP_CHANCE = 0.02;
const TWICE_CHANCE = 0.05;

/** Servers that keep on joining over slow links while much is written and deleted. */
const BUSY_JOINS: Partial<Plan> = {
  servers: 3,
  faults: ['crash', 'slow', 'stall'],
  faultCount: 24,
  operations: 1_000,
  keys: 8,
  loadMs: 4_000,
};

/** The mistakes that such a system has been seen to make; each has to be found by the simulator. */
export const BUGS: readonly Bug[] = [
  {
    name: 'acknowledges before the lap is complete',
    plant: (replica) => {
      const { chain, state } = partsOf(replica);
      chain['advance'] = () => {
        if (state.place!.isPrimary) chain['commit'](state.catalogue.last);
      };
    },
  },
  {
    name: 'serves a dirty read',
    plant: (replica) => {
      const { reads, state } = partsOf(replica);
      const peek = reads.peek.bind(reads);
      reads.peek = (key) => {
        const dirty = state.catalogue.isDirty(key) ? state.catalogue.newest(key) : undefined;
        if (dirty?.kind === 'put' && dirty.body !== null) return { kind: 'object', record: dirty };
        return peek(key);
      };
    },
  },
  {
    name: 'ignores the lease',
    plant: (replica) => {
      const { beats, state } = partsOf(replica);
      beats.mayRead = () => state.phase === 'member';
    },
  },
  {
    name: 'drops a tombstone early',
    plan: BUSY_JOINS,
    ready: (ready) => ({
      ...ready,
      messages: ready.messages.map(({ link, message }) => ({ link, message: withoutTombstones(message) })),
    }),
  },
  {
    // An origin that sends again what it need not relies on the primary's memory alone.
    name: 'forgets a request id',
    plant: (replica) => {
      const { chain, state } = partsOf(replica);
      const own = replica['own'];
      own.unnumbered = () => own['sent'].toArray();
      const number = chain['number'].bind(chain);
      chain['number'] = (origin, request, operation) => {
        if (request <= state.origins.lastOf(origin)) state.origins['last'].set(origin, request - 1);
        number(origin, request, operation);
      };
    },
  },
  {
    name: 'promotes a joiner that is not caught up',
    input: (input) => {
      if (input.kind !== 'frames') return input;
      const messages = input.messages.map((message) =>
        message.kind === 'state' ? { ...message, records: message.records.slice(1) } : message,
      );
      return { ...input, messages };
    },
  },
  {
    name: 'reorders two frames',
    input: (input, random) => {
      if (input.kind !== 'frames' || input.messages.length < 2 || !random.chance(SWAP_CHANCE)) return input;
      const messages = [...input.messages];
      const at = random.below(messages.length - 1);
      messages.splice(at, 2, messages[at + 1]!, messages[at]!);
      return { ...input, messages };
    },
  },
  {
    name: 'reuses an incarnation',
    options: (options, host) => ({ ...options, self: { ...options.self, id: host + 1 } }),
  },
  {
    name: 'loses the submit in flight',
    plant: (replica) => {
      replica['own'].unnumbered = () => [];
    },
  },
  {
    name: 'does a request again that has an Idempotency-Key',
    plant: (replica) => {
      partsOf(replica).state.idempotency.find = () => undefined;
    },
  },
  {
    name: 'lets an object expire that was written again',
    plant: (replica) => {
      const { catalogue } = partsOf(replica).state;
      const newest = catalogue.newest.bind(catalogue);
      catalogue.takeExpired = (wall) => {
        const due = catalogue['expiry'].take(wall);
        return due === null ? null : (newest(due.key) ?? null);
      };
    },
  },
  {
    name: 'numbers twice',
    plant: (replica) => {
      const { chain, state } = partsOf(replica);
      const number = chain['number'].bind(chain);
      let calls = 0;
      chain['number'] = (origin, request, operation) => {
        number(origin, request, operation);
        if (++calls % (1 / TWICE_CHANCE) !== 0) return;
        state.origins['last'].set(origin, request - 1);
        number(origin, request, operation);
      };
    },
  },
  ...BLOB_BUGS,
  ...DISK_BUGS,
];

function withoutTombstones(message: Message): Message {
  if (message.kind !== 'state') return message;
  return { ...message, records: message.records.filter(({ kind }) => kind !== 'delete') };
}
