import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { describeLab, type GivenOptions, readOptions, type ReadOptions } from './options.js';

/** As a user writes them. */
function read(words: string, environment: NodeJS.ProcessEnv = {}): ReadOptions {
  let result: ReadOptions | undefined;
  const command = describeLab(new Command('lab'), 'lab')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.action((word: string | undefined, given: GivenOptions) => {
    result = readOptions(word, given, environment);
  });
  command.parse(words.split(' ').filter(Boolean), { from: 'user' });
  return result!;
}

const portsOf = (words: string) => {
  const given = read(words);
  return given.kind === 'run' ? given.options.ports : given.sentence;
};

describe('how many servers', () => {
  it.each([
    ['', [8090, 8089, 8088]],
    ['--servers 1', [8090]],
    ['--servers=5', [8090, 8089, 8088, 8087, 8086]],
    ['2', [8090, 8089]],
    ['--port 70 --port 90', [70, 90]],
    ['--ports 70,90,80', [70, 90, 80]],
    ['--port 9000 --servers 3', [9000, 8999, 8998]],
  ])('"%s" means %j', (words, ports) => {
    expect(portsOf(words)).toEqual(ports);
  });

  it.each(['a', '1,1', '0', '65536', '1,,2', '1.5'])('refuses the ports "%s"', (ports) => {
    expect(portsOf(`--ports ${ports}`)).toMatch(/^--port takes ports from 1 to 65535/);
  });

  it.each(['0', '65', 'x', '1.5', '8090'])('refuses %s servers', (count) => {
    expect(portsOf(`--servers ${count}`)).toMatch(/^The lab runs 1 to 64 servers/);
  });

  it('refuses what contradicts itself', () => {
    expect(portsOf('3 --servers 4')).toBe('Say how many servers once: 3 or 4.');
    expect(portsOf('--ports 1,2 --servers 1')).toMatch(/^These are 2 ports for 1 servers/);
    expect(portsOf('--port 2 --servers 3')).toMatch(/^There are too few ports below 2/);
  });

  it('leaves what it does not know to commander', () => {
    expect(() => read('--foo')).toThrow("unknown option '--foo'");
  });
});

describe('data', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lab-options-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are kept below a directory, which is made absolute', () => {
    expect(read('--data-dir ring --partition primary')).toEqual({
      kind: 'run',
      options: { ports: [8090, 8089, 8088], dataDirectory: resolve('ring'), partition: 'primary' },
    });
  });

  it('say which servers there were', () => {
    for (const name of ['lab-90', 'lab-91', 'lab-9100', 'other', 'lab-x']) {
      mkdirSync(join(directory, name));
      if (name !== 'lab-91') writeFileSync(join(directory, name, 'ringlet.json'), '{}');
    }
    expect(portsOf(`--data-dir ${directory}`)).toEqual([9100, 90]);
    expect(portsOf(`--data-dir ${directory} --port 5`)).toEqual([5]);
    expect(portsOf(`--data-dir ${directory} --servers 1`)).toEqual([8090]);
  });

  it('have to be there for partition=primary, wherever that is said', () => {
    const sentence = expect.stringMatching(/needs disks: say --data-dir DIR/);
    expect(read('--partition primary')).toEqual({ kind: 'wrong', sentence });
    expect(read('', { PARTITION: 'primary' })).toEqual({ kind: 'wrong', sentence });
    expect(read('--partition available', { PARTITION: 'primary' }).kind).toBe('run');
    expect(read('--data-dir= ')).toMatchObject({ kind: 'wrong' });
  });
});
