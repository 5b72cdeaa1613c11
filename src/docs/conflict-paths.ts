import { BYTES, FOUND, KEY, KEY_CODES, LABELS, READ_CODES, WRITTEN } from './object-paths.js';
import { problems } from './problems.js';
import { json, NO_BODY, number, type Operation, type Paths, query, text } from './terms.js';

const TAG = ['Conflicts'];
const REVISION = query('revision', 'Which one, when there are several of this key; without it the newest.', {
  type: 'integer',
});
const ALL_OR_ONE = query('revision', 'Only this one; without it all of this key.', { type: 'integer' });
const LISTING_CODES = READ_CODES.filter((code) => code !== 'read_no_holder' && code !== 'not_here');
const TOLD = {
  'Ringlet-Revision': number('At which it became a conflict.'),
  'Ringlet-Conflict': text('`written`, or `deleted` for a deletion that lost.'),
};

const LIST: Omit<Operation, 'summary' | 'operationId'> = {
  tags: TAG,
  description:
    'What was written on one side of a ring that was cut apart, and lost against what the other side has under the same key. The ' +
    'last 10,000 are kept.',
  parameters: [
    query('prefix', 'Only those of keys that begin so.'),
    query('after', 'Only those of keys behind this one; or the `next` of the page before.'),
    query('limit', 'Conflicts of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  ],
  responses: {
    200: json('A page, in the order of the keys’ bytes.', 'ConflictListing'),
    ...problems('bad_query', ...LISTING_CODES),
  },
};

const READ: Omit<Operation, 'summary' | 'operationId'> = {
  tags: TAG,
  description: 'What lost, as it was written. Conditions and ranges are those of objects.',
  parameters: [KEY, REVISION],
  responses: {
    200: {
      description: 'The body, with the Content-Type and Object-Meta it came with.',
      headers: { ...FOUND, ...TOLD },
      content: { '*/*': { schema: BYTES } },
    },
    204: { description: 'What lost was a deletion.', headers: { ...LABELS, ...TOLD } },
    ...problems(
      ...KEY_CODES,
      'bad_query',
      'no_conflict',
      ...READ_CODES.filter((code) => code !== 'not_here'),
    ),
  },
};

const SETTLE: Operation = {
  tags: TAG,
  operationId: 'settleConflict',
  summary: 'Settle: drop what lost',
  parameters: [KEY, ALL_OR_ONE],
  responses: {
    204: { description: 'Dropped, everywhere.', headers: WRITTEN },
    ...problems(
      ...KEY_CODES,
      'bad_query',
      'unsupported_condition',
      'no_conflict',
      ...LISTING_CODES,
      'overloaded',
      'no_quorum',
      'leaving',
      'write_timeout',
      'outcome_unknown',
    ),
  },
};

export const CONFLICT_PATHS: Paths = {
  '/conflicts': {
    get: { ...LIST, operationId: 'listConflicts', summary: 'List conflicts' },
    head: {
      ...LIST,
      operationId: 'headConflicts',
      summary: 'List conflicts: the head',
      description: NO_BODY,
    },
  },
  '/conflicts/{key}': {
    get: { ...READ, operationId: 'getConflict', summary: 'Read what lost' },
    head: {
      ...READ,
      operationId: 'headConflict',
      summary: 'Read the head of what lost',
      description: NO_BODY,
    },
    delete: SETTLE,
  },
};
