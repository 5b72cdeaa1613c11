import { beforeEach, describe, expect, test } from '@jest/globals';

import { CallError } from './caller.js';
import type { Inquirer, Question, Reply } from './inquiry.js';
import { type Island, Register } from './register.js';
import { Seeking } from './seeking.js';
import { IslandTally } from './tally.js';
import { headOf } from './testing/heads.js';

const OWN = '00000000000f';
const NORTH = { id: '00000000000a', name: 'north', members: [] };
const SOUTH = { id: '00000000000b', name: 'south', members: [] };

/** What each island says of a key; one that says nothing at all is waited for. */
let says: (island: string, key: string) => 'has' | 'absent' | 'failure' | 'nothing';
let asked: (Question & { readonly island: string })[];
let tally: IslandTally;
let seeking: Seeking;

function ask(island: Island, question: Question, signal?: AbortSignal): Promise<Reply> {
  asked.push({ ...question, island: island.name });
  const failure: Reply = { kind: 'failure', island, error: new CallError('late', 'it sleeps') };
  switch (says(island.name, question.key)) {
    case 'has':
      return Promise.resolve({ kind: 'stream', island, head: headOf(), part: null, message: null });
    case 'absent':
      return Promise.resolve({ kind: 'absent', island });
    case 'failure':
      return Promise.resolve(failure);
    case 'nothing':
      return new Promise((resolve) => signal!.addEventListener('abort', () => resolve(failure)));
  }
}

beforeEach(() => {
  asked = [];
  tally = new IslandTally();
  const register = new Register(['n', 's'], () => undefined);
  register.answered('n', NORTH, OWN);
  register.answered('s', SOUTH, OWN);
  const inquirer = { ask } as unknown as Inquirer;
  seeking = new Seeking({ register, inquirer, tally, own: () => OWN, now: () => performance.now() });
});

const islandsOf = async (keys: readonly string[], headers = {}) =>
  [...(await seeking.find(keys, headers))].map(([key, { island }]) => `${key}: ${island}`);

describe('keys are looked for at all islands', () => {
  test('and each is found where it is', async () => {
    says = (island, key) => (key[0] === island[0] ? 'has' : 'absent');
    expect((await islandsOf(['n1', 's1', 'x', 'n1'])).toSorted()).toEqual(['n1: north', 's1: south']);
    expect([tally.found, tally.absent, tally.failed]).toEqual([2, 1, 0]);
    for (const { method, headers } of asked) {
      expect(method).toBe('HEAD');
      expect(headers).toEqual({ 'Ringlet-Visited': [OWN, NORTH.id, SOUTH.id].join(', ') });
    }
  });

  test('once each, of many some at a time', async () => {
    says = () => 'absent';
    const keys = Array.from({ length: 1000 }, (_, at) => `k${at}`);
    expect(await islandsOf([...keys, ...keys])).toEqual([]);
    expect(asked.map(({ key }) => key).toSorted()).toEqual([...keys, ...keys].toSorted());
  });

  test('and one that is silent is not waited for when the other has them all', async () => {
    says = (island) => (island === 'north' ? 'nothing' : 'has');
    const since = performance.now();
    expect(await islandsOf(['a', 'b'])).toEqual(['a: south', 'b: south']);
    expect(performance.now() - since).toBeLessThan(500);
  });

  test('and one that is silent costs a second in all, however many keys there are', async () => {
    says = (island, key) => (island === 'north' ? 'nothing' : key === 'k999' ? 'has' : 'absent');
    const since = performance.now();
    const keys = Array.from({ length: 1000 }, (_, at) => `k${at}`);
    expect(await islandsOf(keys)).toEqual(['k999: south']);
    const tookMs = performance.now() - since;
    expect(tookMs).toBeGreaterThan(900);
    expect(tookMs).toBeLessThan(2000);
  });

  test('and what fails to tell is passed over', async () => {
    says = (island) => (island === 'north' ? 'failure' : 'has');
    expect(await islandsOf(['a'])).toEqual(['a: south']);
  });
});

describe('on account of others', () => {
  beforeEach(() => {
    says = () => 'has';
  });

  test('those are asked that it has not come by', async () => {
    expect(await islandsOf(['a'], { 'ringlet-visited': NORTH.id })).toEqual(['a: south']);
    expect(asked[0]!.headers).toEqual({ 'Ringlet-Visited': [NORTH.id, OWN, SOUTH.id].join(', ') });
    expect(asked[0]!.deadlineMs).toBeLessThanOrEqual(400);
  });

  test('nobody is when it says so, or has come by all', async () => {
    expect(await islandsOf(['a'], { 'ringlet-visited': '*' })).toEqual([]);
    expect(await islandsOf(['a'], { 'ringlet-visited': `${NORTH.id}, ${SOUTH.id}` })).toEqual([]);
    expect(asked).toEqual([]);
  });
});

test('so many searches are made at once', async () => {
  says = () => 'nothing';
  const searches = Array.from({ length: 64 }, () => islandsOf(['a']));
  await expect(islandsOf(['a'])).rejects.toMatchObject({ code: 'islands_busy' });
  await Promise.all(searches);
  says = () => 'has';
  expect(await islandsOf(['a'])).toHaveLength(1);
});
