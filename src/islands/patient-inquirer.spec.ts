import { beforeEach, describe, expect, test } from '@jest/globals';

import { CallError } from './caller.js';
import type { Reply } from './inquiry.js';
import { PatientInquirer } from './patient-inquirer.js';

const ISLAND = { id: '00000000000a', name: 'north', origins: ['n'] };
const QUESTION = { method: 'GET', key: 'k', headers: {}, deadlineMs: 1_000 } as const;
const ABSENT: Reply = { kind: 'absent', island: ISLAND };

const failed = (kind: CallError['kind']): Reply => ({
  kind: 'failure',
  island: ISLAND,
  error: new CallError(kind, kind),
});

let now: number;
let asked: number;
let reply: Reply;
let inquirer: PatientInquirer;

const ask = (signal?: AbortSignal, island = ISLAND) => inquirer.ask(island, QUESTION, signal);

async function askLate(times: number, signal?: AbortSignal): Promise<void> {
  reply = failed('late');
  for (let time = 0; time < times; time++) await ask(signal);
}

beforeEach(() => {
  [now, asked, reply] = [0, 0, ABSENT];
  const inner = () => {
    asked++;
    return Promise.resolve(reply);
  };
  inquirer = new PatientInquirer({ ask: inner }, () => now);
});

describe('an island that is late three times in a row', () => {
  beforeEach(() => askLate(3));

  test('is passed over, and that is told', async () => {
    now = 999;
    const error = { kind: 'late', message: 'it has not answered in time lately' };
    expect(await ask()).toMatchObject({ kind: 'failure', error });
    expect(asked).toBe(3);
    await ask(undefined, { ...ISLAND, origins: ['other'] });
    expect(asked).toBe(4);
  });

  test('is not made good for by a question that was not asked, as enough is asked of it', async () => {
    now = 1_000;
    reply = failed('busy');
    await ask();
    await ask();
    expect(asked).toBe(4);
  });

  test('is asked one question in a second', async () => {
    for (now of [1_000, 1_000, 1_999, 2_000, 2_000]) await ask();
    expect(asked).toBe(5);
  });

  test('is asked as ever once it has answered', async () => {
    now = 1_000;
    reply = ABSENT;
    for (let time = 0; time < 5; time++) expect(await ask()).toEqual(ABSENT);
    await askLate(2);
    reply = ABSENT;
    expect(await ask()).toEqual(ABSENT);
  });
});

test('what came in time, a refusal as well, makes good for what was late', async () => {
  for (const answer of [ABSENT, failed('useless')]) {
    await askLate(2);
    reply = answer;
    expect(await ask()).toBe(answer);
  }
  expect(asked).toBe(6);
});

test('an island that is not waited for is not late', async () => {
  await askLate(5, AbortSignal.abort());
  expect(asked).toBe(5);
});
