import type { Message } from '../../../src/replication/index.js';
import type { Plan } from '../plan.js';
import type { Random } from '../random.js';
import { partsOf, type Bug } from './planted.js';

const SPOIL_CHANCE = 0.1;
const NOTHING = new Uint8Array(0);

/** Mostly large bodies, over lanes of which some are slow. */
const LARGE: Partial<Plan> = { uploadChance: 0.6, bulkLagsMs: [0, 30] };
/** Servers that keep on joining meanwhile. */
const LARGE_AND_JOINS: Partial<Plan> = {
  ...LARGE,
  servers: 3,
  faults: ['crash', 'slow', 'stall', 'trap'],
  faultCount: 24,
  operations: 1_000,
  loadMs: 4_000,
};
/** Many requests for few objects, over ways that are slow, so that records are seen before they are committed. */
const LARGE_AND_SLOW: Partial<Plan> = {
  ...LARGE,
  keys: 3,
  faults: ['slow', 'crash'],
  faultCount: 12,
  operations: 600,
  loadMs: 4_000,
};

/** Mistakes with large bodies, which go ahead of their records. */
export const BLOB_BUGS: readonly Bug[] = [
  {
    name: 'does not announce a large body again in a new view, as if everyone had what was sent',
    plan: LARGE_AND_JOINS,
    plant: (replica) => {
      const { uploads } = partsOf(replica);
      uploads.installed = () => {
        for (const upload of uploads['byNumber'].values()) upload.progress = upload.blob.held;
      };
      uploads.resume = () => undefined;
    },
  },
  {
    name: 'takes a newcomer for full while large bodies are under way',
    plan: { ...LARGE_AND_JOINS, servers: 4, late: 2 },
    from: 110,
    plant: (replica) => {
      partsOf(replica).usher['host'].pinned = () => 0;
    },
  },
  {
    name: 'does not check the digest of what a relay spoils',
    plan: LARGE,
    plant: (replica) => {
      const { streams } = partsOf(replica);
      const adopt = streams['adopt'].bind(streams);
      streams['adopt'] = (message) => {
        const stream = adopt(message);
        if (stream !== null)
          stream.blob.complete = (digest) => {
            stream.blob.digest = digest;
            return true;
          };
        return stream;
      };
    },
    input: (input, random) =>
      input.kind === 'frames'
        ? { ...input, messages: input.messages.map((message) => spoilt(message, random)) }
        : input,
  },
  {
    name: "takes a record in with another one's large body",
    plan: LARGE,
    plant: (replica) => {
      const { streams } = partsOf(replica);
      const attach = streams.attach.bind(streams);
      streams.attach = (record) => {
        const all = [...streams['table'].values()].map(({ blob }) => blob);
        const wrong = all.find(({ source, isWhole }) => source === record.origin && isWhole);
        return wrong === undefined ? attach(record) : wrong.body;
      };
    },
  },
  {
    name: 'keeps the large bodies of origins that are gone',
    plan: LARGE,
    plant: (replica) => {
      partsOf(replica).streams.dropStrangers = () => undefined;
    },
  },
  {
    name: 'serves a large body before its record is committed',
    plan: LARGE_AND_SLOW,
    plant: (replica) => {
      const { reads, state } = partsOf(replica);
      const peek = reads.peek.bind(reads);
      reads.peek = (key) => {
        const dirty = state.catalogue.isDirty(key) ? state.catalogue.newest(key) : undefined;
        const isLarge = dirty?.kind === 'put' && dirty.blob > 0 && dirty.body !== null;
        return isLarge ? { kind: 'object', record: dirty } : peek(key);
      };
    },
  },
];

/** A piece that was lost, though it is counted. */
function spoilt(message: Message, random: Random): Message {
  const isPiece = message.kind === 'blob-piece' && message.digest === '';
  return isPiece && random.chance(SPOIL_CHANCE) ? { ...message, bytes: NOTHING } : message;
}
