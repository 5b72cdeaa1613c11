import { resolve } from 'node:path';
import { Writable } from 'node:stream';

import { expect, test } from '@jest/globals';

import type { Output } from './context.js';
import { runProgram } from './program.js';

const NOBODY = 'http://127.0.0.1:1';

async function run(words: readonly string[], environment = {}, given: Partial<Output> = {}) {
  const written = { out: '', errors: '' };
  const streamTo = (name: keyof typeof written): Output =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          written[name] += String(chunk);
          done();
        },
      }),
      given,
    ) as Output;
  const { signal } = new AbortController();
  const streams = { stdout: streamTo('out'), stderr: streamTo('errors') };
  const code = await runProgram(words, { environment, ...streams, signal });
  return { code, ...written };
}

test.each([
  'ls',
  'get',
  'put',
  'create',
  'edit',
  'rm',
  'watch',
  'status',
  'islands',
  'monitor',
  'leave',
  'adopt',
  'conflicts',
  'backup',
  'restore',
  'serve',
  'lab',
  'shell',
  'completion',
])('%s has help with an example', async (name) => {
  const { code, out, errors } = await run([name, '--help']);
  expect([code, errors]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^Usage: ringlet ${name}\\b[^]*\nExamples:\n .*ringlet ${name}`));
  expect(out).toContain('--server <urls>');
});

test.each([80, 200])('help fits a terminal of %i columns', async (columns) => {
  const { out } = await run(['--help'], {}, { isTTY: true, columns });
  const longest = Math.max(...out.split('\n').map(({ length }) => length));
  expect(longest).toBeLessThanOrEqual(columns);
  expect(longest).toBeGreaterThan(Math.min(columns - 25, 120));
});

test.each([
  ['ls'],
  ['show', 'x'],
  ['get', 'x'],
  ['download', 'x', '-o', '/no/such/folder/x'],
  ['put', resolve('package.json')],
  ['create', resolve('package.json')],
  ['edit', 'x'],
  ['rm', 'x'],
  ['delete', 'x'],
  ['watch'],
  ['status'],
  ['islands'],
  ['leave'],
  ['adopt'],
  ['conflicts'],
  ['conflicts', 'show', 'x'],
  ['conflicts', 'settle', 'x'],
])('%s %s says when there is no server', async (...words) => {
  const given = words.filter((word) => word !== undefined);
  expect(await run(['--timeout', '0.3', ...given], { RINGLET_SERVER: NOBODY })).toEqual({
    code: 5,
    out: '',
    errors:
      'No server can be reached (127.0.0.1:1: ECONNREFUSED): start one, or say where one is by --server URL.\n',
  });
});

test('the version is told', async () => {
  expect(await run(['--version'])).toEqual({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    errors: '',
  });
});
