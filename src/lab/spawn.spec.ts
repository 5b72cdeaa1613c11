import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { logTail } from './log-tail.js';
import { processSpawn } from './spawn.js';

describe('real processes', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lab-spawn-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const start = (program: string, within: readonly string[] = []) => {
    const server = join(directory, 'server.mjs');
    writeFileSync(server, program);
    const programs = { server, nodeArguments: [], directory, within };
    return processSpawn(programs)({ ...process.env, NAME: 'me' }, join(directory, 'log'));
  };

  it('write to their log file and tell their exit', async () => {
    const child = start(
      'console.log(process.env.NAME, process.cwd()); console.error("why"); process.exitCode = 4;',
    );
    expect(await child.exited).toEqual({ code: 4, signal: null });
    expect(logTail(join(directory, 'log'))).toMatch(/^ {2}me .*lab-spawn-.*\n {2}why$/);
  });

  it('run within a program that becomes them', async () => {
    const child = start('console.log(process.env.NAME, process.pid)', ['env', 'NAME=other']);
    await child.exited;
    expect(logTail(join(directory, 'log'))).toBe(`  other ${child.pid}`);
  });

  it('are signalled, paused ones too', async () => {
    const child = start('setInterval(() => {}, 1000)');
    child.signal('SIGSTOP');
    child.signal('SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('on the leash end when the channel to the lab closes, and not before', async () => {
    const source = readFileSync(new URL('./leash.ts', import.meta.url), 'utf8');
    const leash = join(directory, 'leash.mjs');
    writeFileSync(
      leash,
      ts.transpile(source, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }),
    );
    const run = (program: string) =>
      spawn(process.execPath, ['--import', leash, '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });

    const held = run('console.log("up"); setInterval(() => {}, 1000)');
    await once(held.stdout!, 'data');
    held.disconnect();
    expect(await once(held, 'exit')).toEqual([1, null]);
    // The leash alone keeps no process running.
    expect(await once(run('0'), 'exit')).toEqual([0, null]);
  });
});

describe('the end of a log', () => {
  it('is the last lines, or nothing', () => {
    const directory = mkdtempSync(join(tmpdir(), 'lab-log-'));
    const file = join(directory, 'log');
    writeFileSync(file, Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`).join(''));
    expect(logTail(file, 2)).toBe('  line 4998\n  line 4999');
    expect(logTail(join(directory, 'none'))).toBe('');
    rmSync(directory, { recursive: true });
  });
});
