import { expect, jest, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

import type { FarObject } from '../objects/index.js';
import { BundleAnswers } from './bundle-answers.js';
import { PartBodies } from './part-bodies.js';
import type { ResolvedPart } from './resolved.js';

const MODIFIED = new Date(0).toISOString();
const PART: ResolvedPart = {
  key: 'k',
  as: 'k',
  quantity: 1,
  size: 1,
  type: 't',
  etag: '"1"',
  revision: null,
  modified: MODIFIED,
  holders: [],
  island: 'north',
  missing: false,
};
const BUNDLE = {
  name: 'n',
  revision: 1,
  etag: '"e"',
  modified: MODIFIED,
  parts: [PART],
  size: 1,
  missing: 0,
};

test('bodies that were asked for are let go when the client went away before the first was at hand', async () => {
  const end = jest.fn();
  const open = () => Promise.resolve({ return: end });
  const far = new Map([['k', { open } as unknown as FarObject]]);
  const bodies = new PartBodies(null as never, null as never);
  const request = { method: 'GET', headers: {} } as IncomingMessage;
  const gone = { destroyed: true, writeHead: () => undefined } as unknown as ServerResponse;
  await new BundleAnswers(bodies).tar(request, gone, { bundle: BUNDLE, island: null, far });
  await turn();
  expect(end).toHaveBeenCalled();
});
