import { BYTES, KEY, KEY_CODES, LABELS, READ_CODES, STORED, WRITE_CODES, WRITTEN } from './object-paths.js';
import { problems } from './problems.js';
import { header, json, NO_BODY, type Operation, type Parameter, type Paths, query, text } from './terms.js';

const TAG = ['Bundles'];
const NAME: Parameter = {
  ...KEY,
  name: 'name',
  description:
    'Of the bundle: any UTF-8 up to 1,015 bytes without control characters, percent-encoded; `/` may stand as it is.',
};
const MISSING = query('missing', '`allowed`: parts that are missing are no reason to refuse.', {
  type: 'string',
  enum: ['allowed'],
});
const LISTING_CODES = READ_CODES.filter((code) => code !== 'read_no_holder' && code !== 'not_here');
const OF_ISLANDS = ['islands_busy', 'island_unreachable', 'island_timeout', 'island_answer'] as const;
const FOUND = {
  ...LABELS,
  ETag: text(
    'Changes when the list or one of its parts does; weak for JSON. Writes take the `etag` in the JSON.',
  ),
  Vary: text('`Accept`.'),
  'Ringlet-Island': text('The name of the island that the list comes from, when that is another one.'),
  'Cache-Control': text('`no-cache`: a cache has to ask again.'),
};

const LIST: Omit<Operation, 'summary' | 'operationId'> = {
  tags: TAG,
  description: 'Has everything that was acknowledged anywhere before the request came.',
  parameters: [
    query('prefix', 'Only names that begin so.'),
    query('after', 'Only names behind this one: the `next` of the page before.'),
    query('limit', 'Bundles of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  ],
  responses: {
    200: json('A page, in the order of the names’ bytes.', 'BundleListing'),
    ...problems('bad_query', ...LISTING_CODES),
  },
};

const READ: Omit<Operation, 'summary' | 'operationId'> = {
  tags: TAG,
  description:
    'Where every part is, all of one moment; or one tar archive of them, `bundle.json` with the list and the quantities first, then one of each ' +
    'part. What is elsewhere is fetched from the servers that keep it, and what this ring does not have, from other islands. When a part is written again or deleted meanwhile, the archive ends before its ' +
    'Content-Length.',
  parameters: [
    NAME,
    header('Accept', '`application/json` or `application/x-tar`, with weights; JSON without it.'),
    header('If-None-Match', 'Entity tags, or `*`: 304 when one fits.'),
    header('If-Match', 'Entity tags, or `*`: 412 when none fits.'),
    MISSING,
  ],
  responses: {
    200: {
      description: 'The bundle.',
      headers: FOUND,
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Bundle' } },
        'application/x-tar': { schema: BYTES },
      },
    },
    304: { description: 'What the client has is still right.', headers: FOUND },
    ...problems(
      ...KEY_CODES,
      'bad_query',
      'bad_condition',
      'no_bundle',
      'bundle_incomplete',
      'not_acceptable',
      'not_a_bundle',
      'precondition_failed',
      ...LISTING_CODES,
      'read_no_holder',
      ...OF_ISLANDS,
    ),
  },
};

const WRITE_PARAMETERS = [
  NAME,
  header(
    'If-Match',
    'Entity tags of the list, or `*`: 412 unless it is one of these versions, or is there at all.',
  ),
  header('Idempotency-Key', 'Sent again with the same request, to any server, the write is done once.'),
];

const PUT: Operation = {
  tags: TAG,
  operationId: 'putBundle',
  summary: 'Store a bundle, or replace it',
  description: 'Answered when every member of the ring has stored it. Up to 1,000 parts and 1 MiB.',
  parameters: [
    ...WRITE_PARAMETERS,
    header('If-None-Match', '`*` only: 412 when there is such a bundle already.'),
    MISSING,
  ],
  requestBody: {
    description: 'The parts, whatever Content-Type is said.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/NewBundle' } } },
  },
  responses: {
    201: { description: 'Stored; there was no such bundle.', headers: STORED },
    204: { description: 'Stored; it replaced an earlier version.', headers: STORED },
    ...problems(
      ...KEY_CODES,
      'bad_query',
      'bad_bundle',
      'parts_missing',
      'length_required',
      'body_incomplete',
      'partial_put',
      'bundle_too_large',
      'chunk_extensions_too_large',
      'unsupported_encoding',
      'unknown_transfer_coding',
      'storage_full',
      'body_damaged',
      'islands_busy',
      ...LISTING_CODES,
      ...WRITE_CODES,
    ),
  },
};

const DELETE: Operation = {
  tags: TAG,
  operationId: 'deleteBundle',
  summary: 'Delete a bundle',
  description: 'Its parts stay.',
  parameters: WRITE_PARAMETERS,
  responses: {
    204: { description: 'Deleted.', headers: WRITTEN },
    ...problems(...KEY_CODES, 'no_bundle', ...WRITE_CODES),
  },
};

export const BUNDLE_PATHS: Paths = {
  '/bundles': {
    get: { ...LIST, operationId: 'listBundles', summary: 'List bundles' },
    head: { ...LIST, operationId: 'headBundles', summary: 'List bundles: the head', description: NO_BODY },
  },
  '/bundles/{name}': {
    get: { ...READ, operationId: 'getBundle', summary: 'Read a bundle' },
    head: { ...READ, operationId: 'headBundle', summary: 'Read the head of a bundle', description: NO_BODY },
    put: PUT,
    delete: DELETE,
  },
};
