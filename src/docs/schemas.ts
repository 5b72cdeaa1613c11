import { PROBLEM_SCHEMA } from './problems.js';

const TEXT = { type: 'string' };
const NUMBER = { type: 'integer' };
const NAMES = { type: 'array', items: TEXT };

const PART = {
  quantity: { ...NUMBER, minimum: 1, maximum: 1_000_000, default: 1 },
  as: { ...TEXT, description: 'Its name inside the archive; the key, if it is not said.' },
};

/** An object all of whose properties are always there. */
function record(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', required: Object.keys(properties), properties };
}

/** What is answered in JSON, by the names that the paths refer to. */
export const SCHEMAS: Readonly<Record<string, object>> = {
  Problem: PROBLEM_SCHEMA,
  ListedObject: record({
    key: TEXT,
    size: { ...NUMBER, description: 'Bytes.' },
    type: TEXT,
    etag: TEXT,
    revision: NUMBER,
    modified: { ...TEXT, format: 'date-time' },
    holders: { ...NAMES, description: 'Names of the servers that have it.' },
  }),
  Listing: record({
    objects: { type: 'array', items: { $ref: '#/components/schemas/ListedObject' } },
    next: { ...TEXT, nullable: true, description: 'The `after` of the next page; null at the end.' },
  }),
  NewBundle: record({
    parts: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['key'],
        additionalProperties: false,
        properties: { key: TEXT, ...PART },
      },
    },
  }),
  Bundle: record({
    name: TEXT,
    revision: { ...NUMBER, description: 'Everything up to it is taken into account.' },
    etag: { ...TEXT, description: 'Of the list, for conditions of writes.' },
    modified: { ...TEXT, format: 'date-time', description: 'When the list was written.' },
    parts: {
      type: 'array',
      items: record({
        key: TEXT,
        ...PART,
        size: { ...NUMBER, nullable: true, description: 'Bytes of one; null when there is no such object.' },
        type: { ...TEXT, nullable: true },
        etag: { ...TEXT, nullable: true },
        revision: { ...NUMBER, nullable: true, description: 'Null as well when it is of another island.' },
        modified: { ...TEXT, format: 'date-time', nullable: true },
        holders: {
          ...NAMES,
          description: 'Names of the members that have it; of another island’s, as far as it tells them.',
        },
        island: {
          ...TEXT,
          nullable: true,
          description: 'The other island that has it; null when this one has it.',
        },
        missing: { type: 'boolean', description: 'No island has it, or those that have it are gone.' },
      }),
    },
    size: { ...NUMBER, description: 'Bytes of one of each part that is there.' },
    missing: { ...NUMBER, description: 'How many parts are missing.' },
  }),
  BundleListing: record({
    bundles: {
      type: 'array',
      items: record({
        name: TEXT,
        etag: TEXT,
        revision: NUMBER,
        modified: { ...TEXT, format: 'date-time' },
      }),
    },
    next: { ...TEXT, nullable: true, description: 'The `after` of the next page; null at the end.' },
  }),
  ListedConflict: {
    ...record({
      key: { ...TEXT, description: 'Of the object that it is about.' },
      revision: {
        ...NUMBER,
        description: 'At which it became a conflict; it tells several of one key apart.',
      },
      etag: TEXT,
      size: { ...NUMBER, description: 'Bytes.' },
      type: TEXT,
      deleted: { type: 'boolean', description: 'What lost was a deletion.' },
      modified: { ...TEXT, format: 'date-time' },
    }),
    description:
      'It has `expires` as well, a time, if its time to live has an end; and `holders`, names of servers, if not all have it: whose file of FILES_DIR it is, or who keeps the copies.',
  },
  ConflictListing: record({
    conflicts: { type: 'array', items: { $ref: '#/components/schemas/ListedConflict' } },
    next: { ...TEXT, nullable: true, description: 'The `after` of the next page; null at the end.' },
  }),
  Member: record({
    id: { ...TEXT, pattern: '^[0-9a-f]{12}$', description: 'New at every start of the server.' },
    name: TEXT,
    url: { ...TEXT, description: 'For clients.' },
    ring: { ...TEXT, description: 'The address of the ring link.' },
    priority: { ...NUMBER, description: 'The higher is promoted first.' },
    role: {
      type: 'string',
      enum: ['both', 'gateway', 'storage'],
      description: 'A `gateway` keeps no bodies; `storage` answers no clients.',
    },
    state: { ...TEXT, enum: ['up', 'filling', 'suspected'] },
    heard: {
      ...TEXT,
      format: 'date-time',
      nullable: true,
      description:
        'When a heartbeat of it came round to this server last; null: none has yet. `time` less this is its age.',
    },
  }),
  Gone: record({
    id: { ...TEXT, pattern: '^[0-9a-f]{12}$' },
    name: TEXT,
    url: TEXT,
    reason: {
      ...TEXT,
      enum: ['leaving', 'lost', 'unknown'],
      description: '`leaving`: it agreed to go. `lost`: the others could not reach it.',
    },
    view: { ...NUMBER, description: 'The first one without it.' },
    time: { ...TEXT, format: 'date-time' },
  }),
  Ring: record({
    ring: { ...TEXT, description: 'The name of the ring.' },
    ringId: {
      ...TEXT,
      pattern: '^[0-9a-f]{12}$',
      nullable: true,
      description: 'Tells rings of one name apart; null before this server has a ring.',
    },
    view: { ...NUMBER, description: 'Rises with each change of the members; 0 before this server is one.' },
    primary: { ...TEXT, nullable: true, description: 'Its name.' },
    self: { ...TEXT, description: 'The name of this server.' },
    state: { ...TEXT, enum: ['joining', 'returning', 'member', 'leaving', 'left'] },
    provisional: {
      type: 'boolean',
      description: 'The view was chosen without a majority of the one before.',
    },
    members: { type: 'array', items: { $ref: '#/components/schemas/Member' } },
    revision: { ...NUMBER, description: 'Every member has stored everything up to it.' },
    objects: { ...NUMBER, description: 'How many this server knows of.' },
    conflicts: {
      ...NUMBER,
      description: 'How many lost when rings came together again, and are not settled.',
    },
    offers: {
      ...NUMBER,
      description: 'Writes of this server apart from the ring that it does not have yet.',
    },
    lost: {
      type: 'array',
      items: TEXT,
      description:
        'Keys of objects whose body no member has any more, the first 100: to be put again, or deleted.',
    },
    time: { ...TEXT, format: 'date-time', description: 'By the clock of this server.' },
    load: record({
      requests: { ...NUMBER, description: 'That this server has answered since its start.' },
      inFlight: {
        ...NUMBER,
        description: 'That it is working on, open streams among them, but not this one.',
      },
    }),
    gone: {
      type: 'array',
      items: { $ref: '#/components/schemas/Gone' },
      description: 'Who was a member and is not any more, the newest first, as far as this server remembers.',
    },
  }),
  Island: record({
    name: { ...TEXT, nullable: true, description: 'Of its ring; null while nobody has answered at `url`.' },
    id: {
      ...TEXT,
      nullable: true,
      pattern: '^[0-9a-f]{12}$',
      description: 'Tells islands of one name apart.',
    },
    state: { ...TEXT, enum: ['up', 'down', 'unknown'] },
    since: {
      ...TEXT,
      format: 'date-time',
      nullable: true,
      description: 'Null: since the start of this server.',
    },
    url: { ...TEXT, nullable: true, description: 'The one that is asked; null while the island is down.' },
    members: {
      type: 'array',
      items: record({ name: TEXT, url: TEXT, state: { ...TEXT, enum: ['up', 'filling', 'suspected'] } }),
      description: 'As it told when it answered last.',
    },
    lastError: { ...TEXT, nullable: true, description: 'Why one of its URLs does not answer.' },
  }),
  Islands: record({ islands: { type: 'array', items: { $ref: '#/components/schemas/Island' } } }),
  Leaving: record({ leaving: { ...TEXT, description: 'The name of this server.' } }),
  Live: record({ live: { type: 'boolean' } }),
  Ready: {
    type: 'object',
    required: ['ready'],
    properties: {
      ready: { type: 'boolean' },
      lost: {
        ...NUMBER,
        description: 'Objects that cannot be read, as nobody has their body; `GET /ring` names them.',
      },
    },
  },
};
