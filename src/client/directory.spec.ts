import { expect, test } from '@jest/globals';

import { mayTell } from './address.js';
import type { RingStatus } from './ring-answers.js';
import { Directory } from './directory.js';

const MINUTE_MS = 60_000;

const urlOf = (name: string): string => `http://10.0.0.${name}:80`;

function statusOf(self: string, ...names: string[]): RingStatus {
  const members = names.map((name) => ({ name, url: urlOf(name) }));
  return { ring: 'r', self, primary: names[0]!, state: 'member', members } as unknown as RingStatus;
}

function learned(...names: string[]): Directory {
  const directory = new Directory([new URL(urlOf('1'))]);
  directory.learn(statusOf('1', ...names), directory.find(urlOf('1'))!, 0);
  return directory;
}

const namesIn = (directory: Directory, aim: 'read' | 'write') =>
  directory.order(aim).map(({ name }) => name ?? 'unnamed');

test('writes go to the primary, reads to the nearest, and to whoever failed last of all', () => {
  const directory = learned('1', '2', '3');
  for (const [name, latencyMs] of Object.entries({ 1: 9, 2: 5, 3: 1 }))
    directory.find(name)!.latencyMs = latencyMs;
  expect([namesIn(directory, 'read'), namesIn(directory, 'write')]).toEqual([
    ['3', '2', '1'],
    ['1', '3', '2'],
  ]);
  directory.find('1')!.hasFailed(0);
  directory.find('3')!.hasFailed(0);
  expect([namesIn(directory, 'read'), namesIn(directory, 'write')]).toEqual([
    ['2', '3', '1'],
    ['2', '3', '1'],
  ]);
});

test('reads stay where they are until another server is much nearer', () => {
  const directory = learned('1', '2');
  directory.find('1')!.latencyMs = 10;
  expect(namesIn(directory, 'read')[0]).toBe('1');
  directory.find('2')!.latencyMs = 8;
  expect(namesIn(directory, 'read')[0]).toBe('1');
  directory.find('2')!.latencyMs = 4;
  expect(namesIn(directory, 'read')[0]).toBe('2');
});

test('who answers no clients is asked last, also as the primary', () => {
  const directory = learned('1');
  const { members, ...status } = statusOf('1', '2', '1');
  const roles = members.map((member) => ({ ...member, role: member.name === '2' ? 'storage' : 'gateway' }));
  directory.learn({ ...status, members: roles } as RingStatus, directory.find('1')!, 0);
  directory.find('2')!.latencyMs = 1;
  expect([namesIn(directory, 'read'), namesIn(directory, 'write')]).toEqual([
    ['1', '2'],
    ['1', '2'],
  ]);
});

test('who has left is asked last, and forgotten in the end, but for those that were given', () => {
  const directory = learned('1', '2', '3');
  directory.learn(statusOf('2', '2'), directory.find('2')!, MINUTE_MS);
  expect(namesIn(directory, 'read')).toEqual(['2', '1', '3']);
  directory.learn(statusOf('2', '2'), directory.find('2')!, 11 * MINUTE_MS);
  expect(namesIn(directory, 'read')).toEqual(['2', '1']);
});

test('another ring at a known address is none of this one', () => {
  const directory = learned('1', '2');
  const other = { ...statusOf('2', '9'), ring: 'other' };
  directory.learn(other, directory.find('2')!, 0);
  expect(namesIn(directory, 'read')).toEqual(['1', '2']);
});

test.each([
  ['https://a', 'https://b', true],
  ['https://a', 'http://b', false],
  ['http://a', 'https://b', true],
  ['http://a', 'http://127.0.0.1', false],
  ['http://a', 'http://[::1]', false],
  ['http://localhost', 'http://127.0.0.1', true],
])('what %s tells of %s is believed: %s', (teller, told, expected) => {
  expect(mayTell(new URL(teller), new URL(told))).toBe(expected);
});
