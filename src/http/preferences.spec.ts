import { expect, test } from '@jest/globals';

import { prefers } from './preferences.js';

test.each([
  'respond-async',
  'Respond-Async',
  'respond-async, wait=10',
  'wait=10,respond-async',
  'respond-async; foo="some, value"',
  'x="respond, \\" y", respond-async',
  'respond-async=""',
])('%s asks for an answer at once', (header) => {
  expect(prefers(header, 'respond-async')).toBe(true);
});

test.each([
  undefined,
  '',
  'redirect',
  'respond-asynchronously',
  'x-respond-async',
  'x=respond-async',
  'x="a, respond-async"',
  'x; respond-async',
  '"',
  ',,,',
  `${'a,'.repeat(600)}respond-async`,
])('%s does not', (header) => {
  expect(prefers(header, 'respond-async')).toBe(false);
});
