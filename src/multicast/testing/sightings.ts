import * as fc from 'fast-check';

import type { Sighting } from '../sighting.js';

/** A member of a ring, for tests that care about some of its fields. */
export const SIGHTING: Sighting = {
  ring: 'ringlet',
  ringId: 7,
  id: 1,
  name: 'one',
  url: 'http://127.0.0.1:5235',
  address: '127.0.0.1:1233',
  priority: 5235,
  state: 'member',
  isPrimary: true,
  isEmpty: true,
};

const LETTERS = [...'abcxyzABCXYZ0189._-'];
const name = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 64 });
const host = fc.string({ unit: fc.constantFrom(...'abcxyz0189-'), minLength: 1, maxLength: 250 });
const number = fc.nat({ max: 2 ** 48 - 1 });
const port = fc.integer({ min: 1, max: 65_535 });

/** Any that a server may tell, the longest ones included. */
export const anySighting: fc.Arbitrary<Sighting> = fc.record({
  ring: name,
  ringId: number,
  id: number,
  name,
  url: fc.tuple(fc.constantFrom('http', 'https'), port).map(([scheme, at]) => `${scheme}://a.example:${at}`),
  address: fc.tuple(host, port).map(([where, at]) => `${where}:${at}`),
  priority: fc.nat({ max: 1_000_000 }),
  state: fc.constantFrom('seeking', 'returning', 'member'),
  isPrimary: fc.boolean(),
  isEmpty: fc.boolean(),
});
