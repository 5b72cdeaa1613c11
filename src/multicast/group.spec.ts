import { expect, it } from '@jest/globals';

import { DEFAULT_GROUP, parseGroup } from './group.js';

it.each([
  [DEFAULT_GROUP, { address: '239.255.42.99', port: 5236 }],
  ['224.0.0.0:1', { address: '224.0.0.0', port: 1 }],
  ['239.255.255.255:65535', { address: '239.255.255.255', port: 65_535 }],
])('%s is a group', (text, group) => {
  expect(parseGroup(text)).toEqual(group);
});

it.each([
  '',
  '239.255.42.99',
  '239.255.42.99:0',
  '239.255.42.99:65536',
  '239.255.42.99:05236',
  '223.255.255.255:1',
  '240.0.0.0:1',
  '239.255.42.256:1',
  '239.255.42:5236',
  'localhost:5236',
  '[ff02::1]:5236',
  '239.255.42.99:5236,239.255.42.98:5236',
])('"%s" is none', (text) => {
  expect(parseGroup(text)).toBeUndefined();
});
