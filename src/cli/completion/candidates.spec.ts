import { expect, test } from '@jest/globals';
import { Command } from 'commander';

import { candidates, type Sources } from './candidates.js';
import { upToSlash } from './sources.js';

const SOURCES: Sources = {
  keys: () => Promise.resolve(['a/', 'a/', 'ab', 'x']),
  bundles: () => Promise.resolve(['car']),
  servers: () => Promise.resolve(['server-1', 'server-2']),
  files: () => Promise.resolve(['file']),
};

function createProgram(): Command {
  const program = new Command('ringlet').option('--server <urls>').option('--json');
  program.command('ls').alias('show').argument('[prefix]').option('-n, --limit <count>');
  program.command('rm').argument('<key...>');
  program.command('put').argument('<file>').argument('[key]');
  program.command('leave').argument('[server]');
  program.command('complete', { hidden: true });
  const conflicts = program.command('conflicts');
  conflicts.command('list', { isDefault: true }).argument('[prefix]');
  conflicts.command('settle').argument('<key>');
  const bundle = program.command('bundle');
  bundle.command('list', { isDefault: true }).argument('[bundle]');
  bundle.command('put').argument('<bundle>').argument('<file>');
  return program;
}

test.each([
  [[''], ['ls', 'show', 'rm', 'put', 'leave', 'conflicts', 'bundle', 'help']],
  [['s'], ['show']],
  [['comp'], []],
  [['--'], ['--server', '--json', '--help']],
  [['ls', '--l'], ['--limit']],
  [['ls', '--s'], ['--server']],
  [
    ['ls', 'a'],
    ['a/', 'ab'],
  ],
  [['show', 'x'], ['x']],
  [['ls', 'a', ''], []],
  [['ls', '-n', ''], []],
  [['ls', '-n', '3', 'x'], ['x']],
  [['--server', 'http://x', 'ls', 'x'], ['x']],
  [['--server', 'l'], []],
  [
    ['rm', 'x', 'a'],
    ['a/', 'ab'],
  ],
  [['put', ''], ['file']],
  [['put', 'file', 'x'], ['x']],
  [
    ['leave', 'server'],
    ['server-1', 'server-2'],
  ],
  [
    ['conflicts', ''],
    ['list', 'settle', 'help', 'a/', 'ab', 'x'],
  ],
  [['conflicts', 'settle', 'x'], ['x']],
  [['bundle', 'c'], ['car']],
  [['bundle', 'put', 'car', ''], ['file']],
])('%j may become %j', async (words, found) => {
  expect((await candidates(createProgram(), words, SOURCES)).toSorted()).toEqual(found.toSorted());
});

test.each([
  ['a/b/c', 0, 'a/'],
  ['a/b/c', 2, 'a/b/'],
  ['a/b/c', 4, 'a/b/c'],
])('of %s after %i letters it offers %s', (key, from, offered) => {
  expect(upToSlash(key, from)).toBe(offered);
});
