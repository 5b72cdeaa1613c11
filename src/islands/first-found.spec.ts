import { expect, test } from '@jest/globals';

import { CallError } from './caller.js';
import { firstFound } from './first-found.js';
import type { Inquirer, Reply } from './inquiry.js';
import type { Island } from './register.js';

const QUESTION = { method: 'GET', key: 'k', headers: {}, deadlineMs: 1000 } as const;
const island = (name: string): Island => ({ id: name, name, origins: ['u'] });
const [a, b, c] = [island('a'), island('b'), island('c')];

const absent = (of: Island): Reply => ({ kind: 'absent', island: of });
const failure = (of: Island): Reply => ({
  kind: 'failure',
  island: of,
  error: new CallError('late', 'late'),
});
const has = (of: Island): Reply => ({ kind: 'failed-condition', island: of });

/** Islands whose replies come when a test says so. */
class FakeInquirer {
  readonly signals = new Map<Island, AbortSignal>();
  private readonly resolves = new Map<Island, (reply: Reply) => void>();

  ask(of: Island, _question: unknown, signal: AbortSignal): Promise<Reply> {
    this.signals.set(of, signal);
    return new Promise((resolve) => this.resolves.set(of, resolve));
  }

  reply(reply: Reply): void {
    this.resolves.get(reply.island)!(reply);
  }
}

function ask() {
  const inquirer = new FakeInquirer();
  return { inquirer, verdict: firstFound(inquirer as unknown as Inquirer, [a, b, c], QUESTION) };
}

test('the first that has it is the answer, and nobody else is waited for', async () => {
  const { inquirer, verdict } = ask();
  inquirer.reply(absent(a));
  inquirer.reply(has(b));
  expect(await verdict).toEqual({ found: has(b), failures: [] });
  expect([a, b, c].map((one) => inquirer.signals.get(one)!.aborted)).toEqual([true, false, true]);
});

test('a failure is no answer, and is told when there is none', async () => {
  const { inquirer, verdict } = ask();
  inquirer.reply(failure(a));
  inquirer.reply(absent(b));
  inquirer.reply(failure(c));
  const { found, failures } = await verdict;
  expect([found, failures.map((one) => one.island.name)]).toEqual([null, ['a', 'c']]);
});

test('of nobody nothing is found', async () => {
  expect(await firstFound(new FakeInquirer() as unknown as Inquirer, [], QUESTION)).toEqual({
    found: null,
    failures: [],
  });
});
