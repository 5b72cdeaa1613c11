import { problems } from './problems.js';
import { answer, header, json, NO_BODY, type Operation, type Paths, query } from './terms.js';

const TAG = ['Ring'];
const PROBES = ['Health'];

const SHOW: Omit<Operation, 'operationId' | 'summary'> = {
  tags: TAG,
  description:
    'As this server knows it. The first member is the primary; each sends to the next one, the last to the first.',
  responses: { 200: json('The members in their order.', 'Ring'), ...problems() },
};

const ISLANDS: Omit<Operation, 'operationId' | 'summary'> = {
  tags: TAG,
  description:
    'Rings beside this one, as this server knows them by the URLs of ISLANDS. Reads of what this ring does not have are asked of those ' +
    'that are up; the keys `islands/{name}/{key}` are those of one of them.',
  responses: { 200: json('The islands, and URLs that have never answered.', 'Islands'), ...problems() },
};

const LEAVE: Operation = {
  tags: TAG,
  operationId: 'leaveRing',
  summary: 'Drain this server, take it out of the ring, and end it',
  responses: { 202: json('It is about to.', 'Leaving'), ...problems('cross_site') },
};

const ADOPT: Operation = {
  tags: TAG,
  operationId: 'adoptRing',
  summary: 'Let the ring go on here, whatever became of the other servers',
  description:
    'For people who know that the others are gone for good, or are to join again: those that can be reached choose a view, which is ' +
    'one of the lineage without a majority too. Should the others go on elsewhere, the two sides are merged when they meet.',
  responses: {
    204: { description: 'A view of the lineage was chosen, with those that could be reached.' },
    ...problems('cross_site', 'not_a_member', 'not_adopted'),
  },
};

const EVENTS: Operation = {
  tags: TAG,
  operationId: 'watch',
  summary: 'Watch: committed writes, and what happens to members',
  description:
    'Server-sent events. `put` and `delete` come in the order of the ring, and their ids are revisions; `joined`, `left`, ' +
    '`promoted` and `suspected` are told live and not repeated, and `left` has a `reason` (`leaving`, `lost` or `unknown`); `conflict` tells what lost when rings came together again, and, with `settled`, that it is gone; `merging` and `merged` when ' +
    'this server offers the ring what was written apart from it; `island-up` and `island-down` when this server can ask another island (`name`, `id`, `members`, `url`), or no more (`reason`); `heartbeat` comes every 15 s and tells of this server (`port`, `state`, `time`, `requests`, `inFlight`) and when it heard of each member; `gap` says that a part of what ' +
    'was asked for can no longer be told. The data of each is JSON.',
  parameters: [
    query('prefix', 'Writes to other keys are not told.'),
    query('since', 'The last revision that the client knows; without it the stream begins now.', {
      type: 'integer',
      minimum: 0,
    }),
    header('Last-Event-ID', 'The same; it counts more than `since`.'),
  ],
  responses: {
    200: answer('A stream that ends with this server, or when its client is too slow.', 'text/event-stream', {
      type: 'string',
    }),
    ...problems('bad_query', 'not_ready'),
  },
};

const BACKUP: Operation = {
  tags: TAG,
  operationId: 'backup',
  summary: 'A backup: every object, as of one revision',
  description:
    'A stream of lines and bodies. The first line is JSON: `ringlet` is `backup`, `format` is 1, and `ring`, `revision`, ' +
    '`objects` and `bytes` are those of the beginning. For each record follow a line of JSON (`key`, `revision`, `kind`: `put` ' +
    'or `delete`, `size`, `digest`, `type`, `meta`, `modified`, `expires`), `size` bytes of body and a newline. Who applies ' +
    'them in order has the state at the `revision` that the last line names: `end` is true, `records` their number, and ' +
    '`sha256` the hash of every byte before that line. Without a last line it is no backup. `ringlet backup` reads and ' +
    'verifies it.',
  responses: {
    200: answer(
      'The stream. It has everything that was acknowledged before the request came.',
      'application/octet-stream',
      {
        type: 'string',
        format: 'binary',
      },
    ),
    ...problems('read_no_lease', 'read_timeout', 'not_a_member', 'too_many_backups'),
  },
};

const LIVE: Omit<Operation, 'operationId' | 'summary'> = {
  tags: PROBES,
  description: 'Never asks for a token.',
  responses: { 200: json('The process works.', 'Live'), ...problems() },
};

const READY: Omit<Operation, 'operationId' | 'summary'> = {
  tags: PROBES,
  description:
    'Never asks for a token. A refusal has a `reason`: `draining`, `joining`, `returning`, `left`, `filling` or `no-lease`.',
  responses: { 200: json('Requests may be sent here.', 'Ready'), ...problems('not_ready') },
};

export const RING_PATHS: Paths = {
  '/ring': {
    get: { ...SHOW, operationId: 'getRing', summary: 'The ring' },
    head: { ...SHOW, operationId: 'headRing', summary: 'The ring: the head', description: NO_BODY },
  },
  '/islands': {
    get: { ...ISLANDS, operationId: 'getIslands', summary: 'The other islands' },
    head: {
      ...ISLANDS,
      operationId: 'headIslands',
      summary: 'The other islands: the head',
      description: NO_BODY,
    },
  },
  '/ring/leave': { post: LEAVE },
  '/ring/adopt': { post: ADOPT },
  '/events': { get: EVENTS },
  '/backup': { get: BACKUP },
  '/health/live': {
    get: { ...LIVE, operationId: 'isLive', summary: 'Whether the process works' },
    head: { ...LIVE, operationId: 'headLive', summary: 'Whether the process works: the head' },
  },
  '/health/ready': {
    get: { ...READY, operationId: 'isReady', summary: 'Whether requests should be sent here' },
    head: { ...READY, operationId: 'headReady', summary: 'Whether requests should be sent here: the head' },
  },
};
