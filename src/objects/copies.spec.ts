import { expect, it } from '@jest/globals';
import { readReplicas } from './copies.js';

it.each([
  [undefined, 3],
  ['all', 0],
  ['1', 1],
  ['999999', 999_999],
])('Ringlet-Replicas: %s stands for %d', (given, replicas) => {
  expect(readReplicas(given === undefined ? {} : { 'ringlet-replicas': given }, 3)).toBe(replicas);
});

it.each(['', '0', '-1', '1.5', '01', '1000000', 'ALL', 'two', '1, 2'])('%j is refused', (given) => {
  expect(() => readReplicas({ 'ringlet-replicas': given }, 3)).toThrow(
    expect.objectContaining({ code: 'bad_replicas' }),
  );
});
