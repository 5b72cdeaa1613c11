import { expect, it } from '@jest/globals';

import { Placing } from './placing.js';
import { Station, viewOf } from './testing/fixtures.js';

it('gives nothing to who leaves from the moment on at which the primary knows', () => {
  const { state } = new Station(1, viewOf([1, 2, 3]));
  const placing = new Placing(state);
  placing.installed();
  expect(placing.choose(2, 1)).toEqual(['s2']);
  state.leavers = new Set([2]);
  expect(placing.choose(2, 1)).toEqual(['s1']);
  placing.installed();
  expect(placing.choose(2, 2)).toEqual(['s1', 's3']);
});
