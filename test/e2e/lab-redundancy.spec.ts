import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../support/lab/lab-program.js';
import { transpile } from '../support/lab/transpile.js';

// Inside node_modules, so that the program finds its packages.
const cache = resolve('node_modules', '.cache', 'ringlet');

describe('the demonstration of redundancy', () => {
  let directory: string;
  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, 'redundancy-'));
    transpile('src', directory);
    cpSync('examples', join(directory, 'examples'), { recursive: true });
  });
  afterAll(() => rmSync(directory, { recursive: true, maxRetries: 5 }));

  /** `meddle` is called once, after the first round. */
  async function run(port: number, meddle = async () => {}) {
    const temporary = mkdtempSync(join(directory, 'tmp-'));
    const program = join(directory, 'examples', 'redundancy', 'main.mjs');
    const child = spawn(process.execPath, [program, '--port', `${port}`, '--rounds', '2'], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let meddled: Promise<void> | undefined;
    child.stdout.on('data', (data) => {
      output += String(data);
      if (/^ +1 +\d+ .*$/m.test(output)) meddled ??= meddle();
    });
    child.stderr.on('data', (data) => (output += String(data)));
    const [code] = (await once(child, 'close')) as [number];
    await meddled;
    expect(readdirSync(temporary)).toEqual([]);
    return { code, output };
  }

  it('kills and reboots the primary, and finds every number once', async () => {
    const [first, second] = await freePorts(3);
    const { code, output } = await run(first!);
    expect(output).toMatch(new RegExp(`^ +1 +${first} +${second} [^]*^ +2 +${second} +${first} `, 'm'));
    expect(output).toMatch(/^ +[1-9]\d* {2}numbers acknowledged$/m);
    expect(output).toMatch(/^ +0 {2}numbers lost\n +0 {2}numbers doubled$/m);
    expect(code).toBe(0);
  });

  it('would notice what is lost or doubled', async () => {
    const [first, second] = await freePorts(3);
    const at = (number: number) => `http://127.0.0.1:${second}/objects/numbers/${number}`;
    const { code, output } = await run(first!, async () => {
      await fetch(at(1), { method: 'DELETE' });
      await fetch(at(2), { method: 'PUT', body: '2' });
    });
    expect(output).toMatch(/^ +1 {2}numbers lost: numbers\/1\n +1 {2}numbers doubled: numbers\/2$/m);
    expect(output).toMatch(/The ring has broken its promise\.$/m);
    expect(code).toBe(1);
  });
});
