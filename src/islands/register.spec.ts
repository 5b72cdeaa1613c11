import { describe, expect, test } from '@jest/globals';

import { type Change, Register } from './register.js';

const OWN = '00000000000f';
const NORTH = {
  id: '00000000000a',
  name: 'north',
  members: [{ name: 'n1', url: 'http://n1', state: 'up' as const }],
};
const SOUTH = { id: '00000000000b', name: 'south', members: [] };

function start(...origins: string[]) {
  const told: Change[] = [];
  let now = 0;
  const register = new Register(
    origins,
    (change) => told.push(change),
    () => new Date(now++),
  );
  const wait = (seconds: number) => void (now += seconds * 1000);
  return { register, told, wait };
}

const kindsOf = (told: readonly Change[]) => told.map(({ kind }) => kind);

describe('the register', () => {
  test('knows nothing of a URL until it answers, and then its island', () => {
    const { register, told } = start('u1');
    expect(register.report()).toEqual([
      { name: null, id: null, state: 'unknown', since: null, url: 'u1', members: [], lastError: null },
    ]);
    register.failed('u1', 'refused');
    register.failed('u1', 'refused');
    expect(register.report()[0]).toMatchObject({ state: 'unknown', lastError: 'refused' });
    expect(register.missing()).toEqual(['u1: it has not answered yet']);
    register.answered('u1', NORTH, OWN);
    expect(register.report()).toMatchObject([
      { name: 'north', id: NORTH.id, state: 'up', url: 'u1', members: NORTH.members, lastError: null },
    ]);
    expect(kindsOf(told)).toEqual(['silent', 'up']);
  });

  test('has an island up while one of its URLs answers, and asks that one', () => {
    const { register, told } = start('u1', 'u2');
    register.answered('u1', NORTH, OWN);
    register.answered('u2', { ...NORTH, members: [] }, OWN);
    expect(register.up()).toEqual([{ id: NORTH.id, name: 'north', origins: ['u1', 'u2'] }]);
    register.failed('u1', 'refused');
    expect(register.up()[0]!.origins).toEqual(['u2']);
    expect(register.report()[0]).toMatchObject({ url: 'u2', members: [], lastError: 'u1: refused' });
    register.failed('u2', 'silent');
    expect(register.up()).toEqual([]);
    expect(register.report()).toMatchObject([{ name: 'north', state: 'down', url: null }]);
    expect(register.missing()).toEqual(['north: it is down']);
    register.answered('u2', NORTH, OWN);
    expect(register.missing()).toEqual([]);
    expect(kindsOf(told)).toEqual(['up', 'silent', 'down', 'up']);
  });

  describe('tells a few times a minute', () => {
    test('of an island that comes and goes, and in the end that it is up', () => {
      const { register, told, wait } = start('u1');
      const flap = () => {
        register.answered('u1', NORTH, OWN);
        register.failed('u1', 'refused');
      };
      for (let time = 0; time < 10; time++) flap();
      const flaps = Array.from({ length: 5 }, () => ['up', 'down']).flat();
      expect(kindsOf(told)).toEqual(flaps);
      register.answered('u1', NORTH, OWN);
      expect([register.up().length, told.length]).toEqual([1, 10]);
      wait(60);
      register.answered('u1', NORTH, OWN);
      expect(kindsOf(told)).toEqual([...flaps, 'up']);
    });

    test('of a URL that is of another island each time', () => {
      const { register, told } = start('u1');
      for (let time = 0; time < 10; time++) register.answered('u1', { ...NORTH, id: `${time}` }, OWN);
      expect(kindsOf(told).filter((kind) => kind === 'up')).toHaveLength(5);
      expect(kindsOf(told).filter((kind) => kind === 'down')).toHaveLength(5);
    });

    test('of a URL that fails for another reason each time, or is of this ring now and then', () => {
      const { register, told } = start('u1', 'u2');
      for (let time = 0; time < 10; time++) {
        register.failed('u1', `it answers ${time}`);
        register.answered('u2', { ...NORTH, id: OWN }, OWN);
        register.answered('u2', NORTH, OWN);
      }
      expect(kindsOf(told).filter((kind) => kind === 'silent')).toHaveLength(5);
      expect(kindsOf(told).filter((kind) => kind === 'own')).toHaveLength(5);
    });
  });

  test('tells since when an island is what it is', () => {
    const { register } = start('u1');
    register.answered('u1', NORTH, OWN);
    const { since } = register.report()[0]!;
    register.answered('u1', NORTH, OWN);
    expect(register.report()[0]!.since).toBe(since);
    register.failed('u1', 'refused');
    expect(register.report()[0]!.since! > since!).toBe(true);
  });

  test('passes over servers of its own ring, and says so once', () => {
    const { register, told } = start('u1');
    register.answered('u1', { ...NORTH, id: OWN }, OWN);
    register.answered('u1', { ...NORTH, id: OWN }, OWN);
    register.failed('u1', 'refused');
    expect(register.report()).toEqual([]);
    expect(told).toEqual([{ kind: 'own', url: 'u1' }]);
    register.answered('u1', NORTH, OWN);
    expect(register.up()).toHaveLength(1);
  });

  test('forgets an island all of whose URLs belong to another', () => {
    const { register, told } = start('u1');
    register.answered('u1', NORTH, OWN);
    register.answered('u1', SOUTH, OWN);
    expect(register.report()).toMatchObject([{ name: 'south' }]);
    expect(told.map((change) => [change.kind, 'name' in change && change.name])).toEqual([
      ['up', 'north'],
      ['down', 'north'],
      ['up', 'south'],
    ]);
  });

  test('never knows more islands than URLs, whatever they answer', () => {
    const { register } = start('u1', 'u2');
    for (let turn = 0; turn < 100; turn++)
      for (const url of ['u1', 'u2'])
        register.answered(url, { ...NORTH, id: `${turn}`.padStart(12, '0') }, OWN);
    expect(register.report()).toHaveLength(1);
  });
});

describe('finding an island', () => {
  test('goes by its name or its id', () => {
    const { register } = start('u1');
    register.answered('u1', NORTH, OWN);
    for (const name of ['north', NORTH.id]) expect(register.find(name)).toMatchObject({ kind: 'island' });
    expect(register.find('south')).toEqual({ kind: 'unknown' });
    register.failed('u1', 'refused');
    expect(register.find('north')).toEqual({ kind: 'down' });
  });

  test('needs the id where two have one name, unless only one of them is there', () => {
    const { register } = start('u1', 'u2');
    register.answered('u1', NORTH, OWN);
    register.answered('u2', { ...SOUTH, name: 'north' }, OWN);
    expect(register.find('north')).toEqual({ kind: 'ambiguous' });
    expect(register.find(SOUTH.id)).toMatchObject({ island: { origins: ['u2'] } });
    register.failed('u1', 'refused');
    expect(register.find('north')).toMatchObject({ island: { id: SOUTH.id } });
  });
});
