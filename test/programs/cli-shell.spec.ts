import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { CliProgram, hasTerminals, type Ran } from '../support/cli/cli-program.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

let cli: CliProgram;
let ring: TestRing;
beforeAll(async () => {
  cli = new CliProgram();
  ring = await startRing(3);
  for (const key of ['docs/a', 'docs/b', 'with space/x', 'only', 'a:b'])
    await fetch(`${ring.urls[0]}/objects/${encodeURIComponent(key)}`, { method: 'PUT', body: `<${key}>` });
});
afterAll(async () => {
  await ring.stop();
  cli.remove();
});

function run(words: readonly string[], input?: string): Promise<Ran> {
  return cli.run(words, { RINGLET_SERVER: ring.urls[0] }, input);
}

/** Types each text when what it waits for is on the screen. */
async function converse(steps: readonly (readonly [RegExp, string])[], environment = {}): Promise<Ran> {
  const { child, ended } = cli.onTerminal(['shell'], { RINGLET_SERVER: ring.urls[0], ...environment });
  let screen = '';
  child.stdout!.on('data', (data) => (screen += String(data)));
  for (const [awaited, typed] of steps) {
    await until(`${awaited} is on the screen: ${screen}`, () => awaited.test(screen));
    screen = '';
    child.stdin!.write(typed);
  }
  return ended;
}

/** What bash offers for a line, by the script that the command prints. */
async function inBash(script: string, line: string): Promise<string[]> {
  const bin = cli.file('ringlet');
  writeFileSync(
    bin,
    `#!/bin/sh\nexec ${process.execPath} ${resolve(cli.directory, 'dist/cli/main.js')} "$@"\n`,
  );
  chmodSync(bin, 0o700);
  const ask = `compopt() { :; }; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
    _ringlet ringlet; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const PATH = `${cli.directory}${delimiter}${process.env['PATH']}`;
  const env = { PATH, RINGLET_SERVER: ring.urls[0] };
  const { stdout } = await promisify(execFile)('bash', ['-c', `${script}\n${ask}`], { env });
  return stdout.trimEnd().split('\n');
}

describe('the shell, fed by a pipe', () => {
  test('runs the same words, goes on after a failure, and tells the first one by its exit code', async () => {
    writeFileSync(cli.file('one file'), 'content');
    const lines = [
      '# a comment',
      '',
      `put "${cli.file('one file')}" 'from/the shell'`,
      'get none',
      'lss',
      String.raw`ringlet get from/the\ shell`,
      'get "open',
      'put - x',
      'shell',
      'bye',
      'rm only',
    ];
    const { code, out, errors } = await run(['shell'], lines.join('\n'));
    expect(code).toBe(3);
    expect(out).toMatch(/^"from\/the shell" is stored, at revision \d+\ncontent$/);
    expect(errors.split('\n')).toEqual([
      expect.stringMatching(/^There is no object "none"/),
      "Unknown command 'lss' (Did you mean ls?); see help.",
      expect.stringMatching(/^A quote is not closed/),
      expect.stringMatching(/^The shell reads standard input itself/),
      expect.stringMatching(/^Unknown command 'shell'/),
      '',
    ]);
    expect((await fetch(`${ring.urls[1]}/objects/only`)).status).toBe(200);
  });

  test('ends well at the end of what it reads', async () => {
    expect(await run(['shell'], 'get only\n')).toEqual({ code: 0, out: '<only>', errors: '' });
    expect(await run(['shell'], '')).toEqual({ code: 0, out: '', errors: '' });
  });

  test('goes on at another server when its own is gone, and says when there is none', async () => {
    const own = await startRing(2);
    await fetch(`${own.urls[0]}/objects/k`, { method: 'PUT', body: 'kept' });
    const words = ['shell', '--server', own.urls[0]!, '--timeout', '5'];
    const { child, ended } = cli.start(words, {}, null);
    let out = '';
    child.stdout!.on('data', (data) => (out += String(data)));
    const say = async (line: string, answer: RegExp): Promise<void> => {
      child.stdin!.write(`${line}\n`);
      await until(`${line} is answered`, () => answer.test(out));
    };
    await say('status', /server-2/);
    await own.crash(own.servers[0]!);
    await say('get k', /kept$/);
    await own.stop();
    child.stdin!.end('get k\n');
    expect(await ended).toMatchObject({
      code: 5,
      errors: expect.stringMatching(/^No server can be reached/),
    });
  });
});

(hasTerminals() ? describe : describe.skip)('the shell on a terminal', () => {
  test('greets, completes words and keys, has a history, and ends with bye', async () => {
    const { code } = await converse([
      [/Ring ringlet, 3 servers; help lists the words, bye ends\.\r\n[^]*ringlet> /, 'stat\t'],
      [/us/, '\r'],
      [/server-3 [^]*ringlet> /, 'get "wi\t'],
      [/with space\//, '\t'],
      [/x" /, '\r'],
      [/<with space\/x>\r\n[^]*ringlet> /, '\u001B[A'],
      [/get "with space\/x"/, '\r'],
      [/<with space\/x>\r\n[^]*ringlet> /, 'bye\r'],
    ]);
    expect(code).toBe(0);
  });

  test('Ctrl+C ends what runs or drops what was typed, and Ctrl+D ends the shell', async () => {
    const { code } = await converse([
      [/ringlet> /, 'watch\r'],
      [/watch\r+\n/, '\u0003'],
      [/Interrupted\.[^]*ringlet> /, 'rm only'],
      [/rm only/, '\u0003'],
      [/\^C/, 'get only\r'],
      [/<only>\r\n[^]*ringlet> /, '\u0004'],
    ]);
    expect(code).toBe(0);
  });

  test('lends the terminal to the editor, and takes it back', async () => {
    const editor = cli.file('editor');
    writeFileSync(editor, '#!/bin/sh\nprintf "text? "; read -r text; echo "$text" > "$1"\n');
    chmodSync(editor, 0o700);
    const { code } = await converse(
      [
        [/ringlet> /, 'edit docs/a\r'],
        [/text\? /, 'typed in the editor\r'],
        [/"docs\/a" is replaced[^]*ringlet> /, 'bye\r'],
      ],
      { EDITOR: editor },
    );
    expect(code).toBe(0);
    expect(await (await fetch(`${ring.urls[1]}/objects/docs/a`)).text()).toBe('typed in the editor\n');
  });

  test('lends the terminal to the monitor, and has no key of it in the next line', async () => {
    const { code } = await converse([
      [/ringlet> /, 'monitor\r'],
      [/Watching through/, 'xq'],
      [/ringlet> /, 'get only\r'],
      [/<only>\r\n[^]*ringlet> /, 'bye\r'],
    ]);
    expect(code).toBe(0);
  });
});

describe('completion', () => {
  test('gives bash words, options, keys and servers', async () => {
    const { code, out, errors } = await run(['completion', 'bash']);
    expect([code, errors]).toEqual([0, '']);
    expect(await inBash(out, 'ringlet down')).toEqual(['download']);
    expect(await inBash(out, 'ringlet ls --lo')).toEqual(['--long']);
    expect(await inBash(out, 'ringlet get docs/')).toEqual(['docs/a', 'docs/b']);
    expect(await inBash(out, 'ringlet get a:')).toEqual(['b']);
    expect(await inBash(out, 'ringlet leave server-')).toEqual(['server-1', 'server-2', 'server-3']);
  });

  test('asks the servers that the line names, and is silent when there are none', async () => {
    const line = `ringlet --server ${ring.urls[1]} rm wi`;
    const found = await cli.run(['complete', '--line', line], { RINGLET_SERVER: 'http://127.0.0.1:1' });
    expect(found).toEqual({ code: 0, out: 'with space/\n', errors: '' });
    const none = await cli.run(['complete', '--', 'rm', 'w'], { RINGLET_SERVER: 'http://127.0.0.1:1' });
    expect(none).toEqual({ code: 0, out: '', errors: '' });
  });

  test('has a script for zsh, and for no shell that it does not know', async () => {
    expect(await run(['completion', 'zsh'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^#compdef ringlet\n/),
    });
    expect(await run(['completion', 'fish'])).toMatchObject({
      code: 2,
      out: '',
      errors: expect.stringMatching(/bash, zsh/),
    });
    expect(await run(['completion'])).toMatchObject({ code: 2 });
  });
});
