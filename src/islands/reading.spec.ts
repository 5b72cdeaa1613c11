import { beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Answers, Problem } from '../http/index.js';
import { Absences } from './absences.js';
import { CallError } from './caller.js';
import { Copies } from './copies.js';
import type { Inquirer, Question, Reply } from './inquiry.js';
import { Reading } from './reading.js';
import { type Island, Register } from './register.js';
import { IslandTally } from './tally.js';
import { headOf } from './testing/heads.js';

const OWN = '00000000000f';
const NORTH = { id: '00000000000a', name: 'north', members: [] };

type Answer =
  'absent' | 'failure' | 'busy' | 'not-modified' | { readonly body: string; readonly etag?: string };

/** A server of this island, one other island that answers as it is told to, and a clock. */
class Scene {
  now = 0;
  answer: Answer = 'absent';
  /** Whether it takes all the time that it has. */
  isSlow = false;
  readonly asked: Question[] = [];
  readonly tally = new IslandTally();
  /** What answers wait for. */
  private gate: Promise<void> | undefined;
  readonly reading: Reading;

  constructor(isUp = true) {
    const register = new Register(['u'], () => undefined);
    if (isUp) register.answered('u', NORTH, OWN);
    const now = () => this.now;
    const answers = { labels: { headers: () => ['Ringlet-Server', 's'] } } as unknown as Answers;
    const ask = async (island: Island, question: Question) => {
      const reply = this.reply(island, question);
      await this.gate;
      return reply;
    };
    this.reading = new Reading({
      answers,
      register,
      inquirer: { ask } as unknown as Inquirer,
      copies: new Copies(10_000, now),
      absences: new Absences(now),
      tally: this.tally,
      own: () => OWN,
      now,
    });
  }

  /** What a client is told: the status or the code, and the body. */
  async get(headers: Readonly<Record<string, string>> = {}, key = 'k'): Promise<readonly unknown[]> {
    const told: unknown[] = [];
    const response = {
      writeHead: (status: number, all: readonly string[]) =>
        told.push(all.includes('Ringlet-Stale') ? 'stale' : status),
      end: (body?: Buffer) => told.push(String(body ?? '')),
    } as unknown as ServerResponse;
    try {
      await this.reading.read({ method: 'GET', headers } as unknown as IncomingMessage, response, key);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      told.push(error.code);
    }
    return told;
  }

  /** What a client is told whose question is answered after that. */
  async whileAsking(happens: () => Promise<void>): Promise<readonly unknown[]> {
    const open = new AbortController();
    this.gate = once(open.signal, 'abort').then(() => undefined);
    const told = this.get();
    this.gate = undefined;
    await happens();
    open.abort();
    return told;
  }

  private reply(island: Island, question: Question): Reply {
    this.asked.push(question);
    if (this.isSlow) this.now += question.deadlineMs;
    const { answer } = this;
    if (answer === 'absent') return { kind: 'absent', island };
    if (answer === 'failure') return { kind: 'failure', island, error: new CallError('late', 'it sleeps') };
    if (answer === 'busy') return { kind: 'failure', island, error: new CallError('busy', 'enough') };
    if (answer === 'not-modified')
      return { kind: 'not-modified', island, validators: headOf({ etag: '"1"' }) };
    const body = Buffer.from(answer.body);
    return { kind: 'whole', island, body, head: headOf({ size: body.length, etag: answer.etag ?? '"1"' }) };
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe('a read of what is not here', () => {
  test('is answered by a copy for a second, and then by one that was checked', async () => {
    scene.answer = { body: 'one' };
    expect(await scene.get()).toEqual([200, 'one']);
    scene.now = 999;
    expect(await scene.get()).toEqual([200, 'one']);
    expect(scene.asked).toHaveLength(1);
    scene.now = 1000;
    scene.answer = 'not-modified';
    expect(await scene.get()).toEqual([200, 'one']);
    expect(scene.asked[1]!.headers).toMatchObject({ 'If-None-Match': '"1"' });
    scene.now = 2000;
    scene.answer = { body: 'two', etag: '"2"' };
    expect(await scene.get()).toEqual([200, 'two']);
    expect([scene.asked.length, scene.tally.copies]).toEqual([3, 3]);
  });

  test('is asked anew when the copy is gone there, and is absent then', async () => {
    scene.answer = { body: 'one' };
    await scene.get();
    scene.now = 1000;
    scene.answer = 'absent';
    expect(await scene.get()).toEqual(['no_object']);
    expect(await scene.get({ 'cache-control': 'max-stale' })).toEqual(['no_object']);
  });

  test('gets no copy that cannot be checked, unless it may be stale', async () => {
    scene.answer = { body: 'one' };
    await scene.get();
    scene.now = 1000;
    scene.answer = 'failure';
    expect(await scene.get()).toEqual(['no_object']);
    expect(await scene.get({ 'cache-control': 'max-stale' })).toEqual(['stale', 'one']);
    scene.now = 2000;
    scene.answer = 'not-modified';
    expect(await scene.get()).toEqual([200, 'one']);
  });

  test('takes no more than a second when the copy cannot be checked', async () => {
    scene.answer = { body: 'one' };
    await scene.get();
    scene.now = 1000;
    [scene.answer, scene.isSlow] = ['failure', true];
    expect(await scene.get()).toEqual(['no_object']);
    expect(scene.asked).toHaveLength(3);
    expect(scene.now).toBe(2000);
  });

  test('is asked for once by many at the same time', async () => {
    scene.answer = { body: 'one' };
    const all = await Promise.all(Array.from({ length: 50 }, () => scene.get()));
    expect(new Set(all.map(String))).toEqual(new Set(['200,one']));
    expect(scene.asked).toHaveLength(1);
    await scene.get({}, 'other');
    expect(scene.asked).toHaveLength(2);
  });

  test('that nobody has is believed for a second, and longer by nobody', async () => {
    for (scene.now of [0, 999, 1000]) expect(await scene.get()).toEqual(['no_object']);
    expect(scene.asked).toHaveLength(2);
  });

  test('that not all could tell of is believed for a moment', async () => {
    scene.answer = 'failure';
    for (scene.now of [0, 249, 250]) expect(await scene.get()).toEqual(['no_object']);
    expect(scene.asked).toHaveLength(2);
    scene.answer = { body: 'one' };
    scene.now = 500;
    expect(await scene.get()).toEqual([200, 'one']);
  });

  test('is not said to be absent when an island was not asked, as enough is asked of it', async () => {
    scene.answer = 'busy';
    for (let at = 0; at < 5; at++) expect(await scene.get()).toEqual(['islands_busy']);
    scene.answer = { body: 'one' };
    expect(await scene.get()).toEqual([200, 'one']);
  });

  test('of an island that is late again and again costs nobody its time', async () => {
    scene.answer = 'failure';
    for (let at = 0; at < 10; at++) expect(await scene.get({}, String(at))).toEqual(['no_object']);
    expect(scene.asked).toHaveLength(3);
  });

  test('is asked of nobody where nobody is, or when that is forbidden', async () => {
    expect(await new Scene(false).get({ 'cache-control': 'only-if-cached' })).toEqual(['no_object']);
    expect(await scene.get({ 'cache-control': 'only-if-cached' })).toEqual(['not_here']);
    expect(scene.asked).toEqual([]);
  });

  test('is bounded in number', async () => {
    const all = await Promise.all(Array.from({ length: 300 }, (_, at) => scene.get({}, String(at))));
    expect(all.filter(([told]) => told === 'islands_busy')).toHaveLength(44);
    expect(await scene.get({}, 'later')).toEqual(['no_object']);
  });
});

function writeThrough(body: string): void {
  scene.answer = { body };
  scene.reading.forget('k');
}

describe('a read after a write to the other island', () => {
  test('is not answered with what was remembered before', async () => {
    expect(await scene.get()).toEqual(['no_object']);
    writeThrough('one');
    expect(await scene.get()).toEqual([200, 'one']);
    writeThrough('two');
    expect(await scene.get()).toEqual([200, 'two']);
    expect(await scene.get()).toEqual([200, 'two']);
    expect(scene.asked).toHaveLength(3);
  });

  test.each<readonly [string, number]>([
    ['a question', 0],
    ['a check of a copy', 1000],
  ])('is not answered with what %s brings that was asked before', async (_what, now) => {
    if (now > 0) {
      scene.answer = { body: 'old' };
      await scene.get();
      scene.now = now;
    }
    scene.answer = { body: 'older', etag: '"0"' };
    const before = await scene.whileAsking(async () => {
      writeThrough('new');
      expect(await scene.get()).toEqual([200, 'new']);
    });
    expect(before.at(-1)).toBe(now > 0 ? 'new' : 'older');
    expect(await scene.get()).toEqual([200, 'new']);
  });
});

describe('a read on account of another island', () => {
  const visited = { 'ringlet-visited': '00000000000b' };

  test('is asked on without copies and memory', async () => {
    scene.answer = { body: 'one' };
    await scene.get();
    scene.answer = 'absent';
    for (let turn = 0; turn < 2; turn++) expect(await scene.get(visited)).toEqual(['no_object']);
    expect(scene.asked).toHaveLength(3);
    const [, question] = scene.asked;
    expect(question!.headers).toEqual({ 'Ringlet-Visited': `00000000000b, ${OWN}, ${NORTH.id}` });
    expect(question!.deadlineMs).toBeLessThan(1000);
    expect(await scene.get()).toEqual([200, 'one']);
  });

  test.each([NORTH.id, '*', 'garbage'])('is not asked of those in %s', async (list) => {
    expect(await scene.get({ 'ringlet-visited': list })).toEqual(['no_object']);
    expect(scene.asked).toEqual([]);
  });
});
