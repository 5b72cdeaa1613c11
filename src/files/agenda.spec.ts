import { expect, it } from '@jest/globals';

import { Agenda } from './agenda.js';

/** Work that ends when the test says so. */
class Desk {
  readonly begun: string[] = [];
  now = 0;
  readonly agenda: Agenda;
  private readonly ends = new Map<string, (againMs: number | null) => void>();

  constructor(mostAtOnce: number) {
    const work = (key: string) => {
      this.begun.push(key);
      return new Promise<number | null>((end) => this.ends.set(key, end));
    };
    this.agenda = new Agenda(work, mostAtOnce, () => this.now);
  }

  async end(key: string, againMs: number | null = null): Promise<void> {
    this.ends.get(key)!(againMs);
    await Promise.resolve();
  }
}

it('does so many things at once, the others in their order, each once', async () => {
  const desk = new Desk(2);
  for (const key of ['a', 'b', 'c', 'd', 'c']) desk.agenda.add(key);
  expect([desk.begun, desk.agenda.size]).toEqual([['a', 'b'], 4]);
  await desk.end('b');
  await desk.end('a');
  expect([desk.begun, desk.agenda.size]).toEqual([['a', 'b', 'c', 'd'], 2]);
  for (const key of ['c', 'd']) await desk.end(key);
  expect(desk.agenda.size).toBe(0);
});

it('does a thing again that comes while it is done, and not beside itself', async () => {
  const desk = new Desk(2);
  for (const key of ['a', 'a', 'a', 'b']) desk.agenda.add(key);
  expect(desk.begun).toEqual(['a', 'b']);
  await desk.end('a', 500);
  expect(desk.begun).toEqual(['a', 'b', 'a']);
  await desk.end('a');
  await desk.end('b');
  expect(desk.agenda.has('a')).toBe(false);
});

it('does what has to wait when it is due, or sooner when it comes anew', async () => {
  const desk = new Desk(2);
  desk.agenda.add('a', 100);
  desk.agenda.add('b', 100);
  desk.agenda.tick();
  expect([desk.begun, desk.agenda.has('a'), desk.agenda.size]).toEqual([[], true, 2]);
  desk.agenda.add('b');
  expect(desk.begun).toEqual(['b']);
  desk.now = 100;
  desk.agenda.tick();
  expect(desk.begun).toEqual(['b', 'a']);
  await desk.end('a', 50);
  desk.now = 149;
  desk.agenda.tick();
  expect(desk.begun).toHaveLength(2);
  desk.now = 150;
  desk.agenda.tick();
  expect(desk.begun).toEqual(['b', 'a', 'a']);
});

it('does first what somebody waits for', async () => {
  const desk = new Desk(1);
  for (const key of ['a', 'b', 'c']) desk.agenda.add(key);
  desk.agenda.hasten('c');
  desk.agenda.hasten('d');
  desk.agenda.add('d');
  for (const key of ['a', 'c', 'd', 'b']) await desk.end(key);
  expect([desk.begun, desk.agenda.size]).toEqual([['a', 'c', 'd', 'b'], 0]);
});

it('begins nothing when it is closed', async () => {
  const desk = new Desk(1);
  for (const key of ['a', 'b']) desk.agenda.add(key);
  desk.agenda.close();
  await desk.end('a', 100);
  desk.agenda.add('c');
  desk.agenda.hasten('c');
  desk.agenda.tick();
  expect([desk.begun, desk.agenda.size]).toEqual([['a'], 0]);
});
