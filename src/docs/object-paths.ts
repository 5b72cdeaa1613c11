import type { ErrorCode } from '../http/index.js';
import { problems } from './problems.js';
import {
  header,
  json,
  NO_BODY,
  number,
  type Operation,
  type Parameter,
  type Paths,
  query,
  text,
} from './terms.js';

const TAG = ['Objects'];
export const BYTES = { type: 'string', format: 'binary' };
export const KEY_CODES: readonly ErrorCode[] = [
  'key_empty',
  'key_encoding',
  'key_control_character',
  'key_too_long',
];
/** What a key `islands/{name}/{key}` may meet besides. */
const ISLAND_CODES: readonly ErrorCode[] = [
  'unknown_island',
  'island_answer',
  'island_unreachable',
  'islands_busy',
];
export const READ_CODES: readonly ErrorCode[] = [
  'read_no_lease',
  'read_no_holder',
  'read_timeout',
  'read_overloaded',
  'not_a_member',
  'not_here',
];
export const WRITE_CODES: readonly ErrorCode[] = [
  'bad_condition',
  'unsupported_condition',
  'bad_idempotency_key',
  'precondition_failed',
  'idempotency_key_reused',
  'saturated',
  'overloaded',
  'no_quorum',
  'leaving',
  'not_a_member',
  'write_timeout',
  'outcome_unknown',
];

export const LABELS = {
  'Ringlet-Server': text('The name of the server that answers.'),
  'Ringlet-Primary': text('The address of the primary, when that is another server.'),
  'Ringlet-View': text(
    '`provisional` while the view was chosen without a majority; after a write with its copies.',
  ),
};
const VALIDATORS = {
  ETag: text('Strong; changes with each version.'),
  'Last-Modified': text('When the version was written, by the clock of the primary.'),
  'Cache-Control': text('`no-cache`: a cache has to ask again.'),
  'X-TTL': text('Seconds that are left to live, if there is an end.'),
};
export const FOUND = {
  ...LABELS,
  ...VALIDATORS,
  'Accept-Ranges': text('`bytes`.'),
  'Object-Meta-*': text('As they came with the PUT.'),
  'Ringlet-Replicas': text('How many servers are to keep it, unless all are.'),
  'Ringlet-Holders': text(
    'The names of those that keep it, unless all do; of a file of FILES_DIR, those that share it.',
  ),
  'Ringlet-Stale': text('`1` when the answer may be stale, which `max-stale` allowed.'),
  'Ringlet-Via': text('The server that the body came from, when it was not here.'),
};
export const WRITTEN = {
  ...LABELS,
  'Ringlet-Revision': number('The place of the write in the one order of all writes.'),
  'Idempotency-Replayed': text('`true` when this had been done before, by its Idempotency-Key.'),
};
/** Of an answer that another island gave. */
const ISLAND = {
  'Ringlet-Island': text('The name of the island that it comes from, when that is another one.'),
};
export const STORED = { ...WRITTEN, ...ISLAND, ETag: text('Of the version that was written.') };

export const KEY: Parameter = {
  name: 'key',
  in: 'path',
  required: true,
  description:
    'Any UTF-8 up to 1,024 bytes without control characters, percent-encoded; `/` may stand as it is.',
  schema: { type: 'string', minLength: 1 },
};

const READ: Omit<Operation, 'summary' | 'operationId'> = {
  tags: TAG,
  description:
    'Answered from the memory of this server, never staler than the last acknowledged write. With ISLANDS, what this ring does not have is ' +
    'asked of the other islands, and may be a second old then; `islands/{name}/{key}` is `{key}` at the island `{name}`. Conditions and ranges are ' +
    'those of RFC 9110; several ranges are answered as one 200.',
  parameters: [
    KEY,
    header('If-None-Match', 'Entity tags, or `*`: 304 when one fits.'),
    header('If-Modified-Since', 'A date: 304 when nothing was written since.'),
    header('If-Match', 'Entity tags, or `*`: 412 when none fits.'),
    header('If-Unmodified-Since', 'A date: 412 when something was written since.'),
    header('Range', '`bytes=a-b`, `a-` or `-n`.'),
    header('If-Range', 'An entity tag or a date: the range counts only for that version.'),
    header(
      'Cache-Control',
      '`max-stale` allows an answer that this server cannot vouch for, `only-if-cached` forbids to ask others.',
    ),
    header(
      'Prefer',
      '`redirect`: 307 to a server that keeps the object, when this one does not have its body.',
    ),
  ],
  responses: {
    200: {
      description: 'The object, with the Content-Type it came with.',
      headers: { ...FOUND, ...ISLAND },
      content: { '*/*': { schema: BYTES } },
    },
    206: {
      description: 'A part of it.',
      headers: { ...FOUND, ...ISLAND, 'Content-Range': text('Which bytes, and of how many.') },
      content: { '*/*': { schema: BYTES } },
    },
    307: {
      description: 'Another server has the body, as `Prefer: redirect` wished to be told.',
      headers: {
        ...LABELS,
        Location: text('The same at that server.'),
        'Preference-Applied': text('`redirect`.'),
      },
    },
    304: {
      description: 'What the client has is the newest version.',
      headers: { ...LABELS, ...VALIDATORS, ...ISLAND },
    },
    ...problems(
      ...KEY_CODES,
      'no_object',
      'bad_condition',
      'precondition_failed',
      'range_not_satisfiable',
      ...READ_CODES,
      ...ISLAND_CODES,
      'island_timeout',
    ),
  },
};

const WRITE_PARAMETERS = [
  KEY,
  header(
    'If-Match',
    'Entity tags, or `*`: 412 unless the object is one of these versions, or is there at all.',
  ),
  header('Idempotency-Key', 'Sent again with the same request, to any server, the write is done once.'),
  header('Prefer', '`respond-async`: 202 at once, which promises nothing.'),
];
const ON_ITS_WAY = {
  description: 'The write is on its way, as `Prefer: respond-async` wished.',
  headers: { ...LABELS, 'Preference-Applied': text('`respond-async`.') },
};

const PUT: Operation = {
  tags: TAG,
  operationId: 'putObject',
  summary: 'Store an object, or replace it',
  description:
    'Answered when every member of the ring has stored it. `islands/{name}/{key}` is written at the island `{name}`.',
  parameters: [
    ...WRITE_PARAMETERS,
    header('If-None-Match', '`*` only: 412 when there is such an object already.'),
    header(
      'Ringlet-Replicas',
      'How many servers are to keep it, or `all`; REPLICAS of this server otherwise.',
    ),
    header('X-TTL', 'Seconds to live, decimals allowed.', {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 315_360_000,
    }),
    header('Object-Meta-*', 'Any number up to 64, kept with the object; 8 KiB together.'),
  ],
  requestBody: {
    description: 'Any bytes, of any type or none, and none at all.',
    content: { '*/*': { schema: BYTES }, 'text/plain': { schema: { type: 'string' } } },
  },
  responses: {
    201: { description: 'Stored; there was no such object.', headers: STORED },
    202: ON_ITS_WAY,
    204: { description: 'Stored; it replaced an earlier version.', headers: STORED },
    ...problems(
      ...KEY_CODES,
      'length_required',
      'body_incomplete',
      'bad_replicas',
      'bad_ttl',
      'bad_meta',
      'bad_content_type',
      'partial_put',
      'object_too_large',
      'chunk_extensions_too_large',
      'unsupported_encoding',
      'unknown_transfer_coding',
      'storage_full',
      'no_storage',
      'body_damaged',
      ...WRITE_CODES,
      ...ISLAND_CODES,
    ),
  },
};

const DELETE: Operation = {
  tags: TAG,
  operationId: 'deleteObject',
  summary: 'Delete an object',
  description: 'Answered when every member of the ring knows of it.',
  parameters: WRITE_PARAMETERS,
  responses: {
    202: ON_ITS_WAY,
    204: { description: 'Deleted.', headers: { ...WRITTEN, ...ISLAND } },
    ...problems(...KEY_CODES, 'no_object', ...WRITE_CODES, ...ISLAND_CODES),
  },
};

const LIST: Omit<Operation, 'summary' | 'operationId'> = {
  tags: TAG,
  description: 'Has everything that was acknowledged anywhere before the request came.',
  parameters: [
    query('prefix', 'Only keys that begin so. Bundles are in it only if this begins with `.bundles/`.'),
    query('after', 'Only keys behind this one: the `next` of the page before.'),
    query('limit', 'Objects of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  ],
  responses: {
    200: json('A page, in the order of the keys’ bytes.', 'Listing'),
    ...problems(
      'bad_query',
      ...READ_CODES.filter((code) => code !== 'read_no_holder' && code !== 'not_here'),
    ),
  },
};

export const OBJECT_PATHS: Paths = {
  '/objects': {
    get: { ...LIST, operationId: 'listObjects', summary: 'List objects' },
    head: { ...LIST, operationId: 'headObjects', summary: 'List objects: the head', description: NO_BODY },
  },
  '/objects/{key}': {
    get: { ...READ, operationId: 'getObject', summary: 'Read an object' },
    head: { ...READ, operationId: 'headObject', summary: 'Read the head of an object', description: NO_BODY },
    put: PUT,
    delete: DELETE,
  },
};
