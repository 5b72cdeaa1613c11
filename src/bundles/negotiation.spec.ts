import { expect, test } from '@jest/globals';

import { preferred } from './negotiation.js';

const [JSON_TYPE, TAR] = ['application/json', 'application/x-tar'];

test.each([
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['application/x-tar', TAR],
  ['APPLICATION/X-TAR', TAR],
  ['application/x-tar, application/json', JSON_TYPE],
  ['application/x-tar, application/json;q=0.9', TAR],
  ['application/json;q=0.1, application/x-tar;q=0.2', TAR],
  ['application/x-tar, */*;q=0.1', TAR],
  ['application/json;q=0, */*', TAR],
  ['*/*, application/json; q=0', TAR],
  ['application/*;q=0.2, application/x-tar;q=0.1', JSON_TYPE],
  ['text/html, application/x-tar;profile="a,b";q=0.5', TAR],
  ['text/html;x=", application/x-tar"', undefined],
  ['text/html', undefined],
  ['application/x-tar;q=0', undefined],
  ['application/json;q=0.000, application/x-tar;q=0.001', TAR],
  [`application/x-tar, ${'x'.repeat(2000)}`, JSON_TYPE],
])('of Accept: %.60s it is %s', (accept, type) => {
  expect(preferred(accept, [JSON_TYPE, TAR])).toBe(type);
});
