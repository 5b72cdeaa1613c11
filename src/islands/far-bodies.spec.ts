import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { CallError } from './caller.js';
import { FarBodies } from './far-bodies.js';
import type { Inquirer, Question, Reply } from './inquiry.js';
import { headOf } from './testing/heads.js';

const ISLAND = { id: '00000000000a', name: 'north', origins: ['n'] };
const WANTED = { etag: '"1"', size: 6 };
const LONG = { ...WANTED, size: 300_000 };
const chunksOf = (text: string) => Array.from({ length: 3 }, () => text.padEnd(LONG.size / 3));

function open(reply: object, wanted = WANTED) {
  const asked: Question[] = [];
  const inquirer = {
    open: (_: unknown, question: Question) => {
      asked.push(question);
      return Promise.resolve({ island: ISLAND, ...reply } as unknown as Reply);
    },
  };
  const bodies = new FarBodies(inquirer as unknown as Inquirer, { 'Ringlet-Visited': 'x' }, 7);
  return { asked, content: bodies.open(ISLAND, 'k', wanted) };
}

const streamOf = (chunks: readonly string[], change: object = {}) => {
  const message = Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as IncomingMessage;
  return { kind: 'stream', head: headOf({ ...WANTED, ...change }), part: null, message };
};

async function textOf(content: ReturnType<typeof open>['content']): Promise<string> {
  let text = '';
  for await (const chunk of (await content)!) text += Buffer.from(chunk).toString();
  return text;
}

test('a body is asked for by its tag, and comes as it is taken', async () => {
  const { asked, content } = open(streamOf(chunksOf('l'), LONG), LONG);
  expect(await textOf(content)).toHaveLength(LONG.size);
  const headers = { 'Ringlet-Visited': 'x', 'If-Match': '"1"' };
  expect(asked).toEqual([{ method: 'GET', key: 'k', headers, deadlineMs: 7 }]);
});

test('a short body is here before it is taken', async () => {
  const reply = streamOf(['sho', 'rt!']);
  const content = await open(reply).content;
  expect(reply.message.readableEnded).toBe(true);
  expect(await textOf(Promise.resolve(content))).toBe('short!');
});

describe('there is none', () => {
  test.each([
    ['it was written again', { kind: 'failed-condition' }],
    ['it was deleted', { kind: 'absent' }],
    ['another length comes', streamOf(['other'], { size: 5 })],
  ])('when %s', async (_what, reply) => {
    expect(await open(reply).content).toBeNull();
  });

  test('when another version comes as a stream, which ends', async () => {
    const reply = streamOf(['other'], { etag: '"2"' });
    expect(await open(reply).content).toBeNull();
    expect(reply.message.destroyed).toBe(true);
  });
});

test('a body that ends before its length is told as such', async () => {
  await expect(textOf(open(streamOf(['shor'])).content)).rejects.toMatchObject({ code: 'island_answer' });
});

test('an island that does not answer is named', async () => {
  const reply = { kind: 'failure', error: new CallError('late', 'it did not answer in time') };
  const named = { code: 'island_timeout', message: 'north: it did not answer in time.' };
  await expect(open(reply).content).rejects.toMatchObject(named);
});

test('what is not taken is let go, even before its first byte', async () => {
  const reply = streamOf(chunksOf('never read'), LONG);
  const content = await open(reply, LONG).content;
  await content!.return();
  expect(reply.message.destroyed).toBe(true);
});
