import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { CliProgram, type Ran } from '../support/cli/cli-program.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { until } from '../support/rings/until.js';

let cli: CliProgram;
let ring: TestRing;
beforeAll(async () => {
  cli = new CliProgram();
  ring = await startRing(2);
});
afterAll(async () => {
  await ring.stop();
  cli.remove();
});

/** An editor that does this to the file $1. */
function editor(does: string): string {
  const path = cli.file(`editor-${Math.random()}`);
  writeFileSync(path, `#!/bin/sh\n${does}\n`);
  chmodSync(path, 0o700);
  return path;
}

function environment(does: string): NodeJS.ProcessEnv {
  return { RINGLET_SERVER: ring.urls[1], EDITOR: editor(does), TMPDIR: cli.directory };
}

function run(words: readonly string[], does: string): Promise<Ran> {
  return cli.run(words, environment(does));
}

function at(key: string, init?: RequestInit): Promise<Response> {
  return fetch(`${ring.urls[0]}/objects/${key}`, init);
}

/** Where the message says that the text is. It is removed. */
function textKept({ errors }: Ran): string {
  const path = /; your text is in (\S+)\.\n$/.exec(errors)![1]!;
  const text = readFileSync(path, 'utf8');
  rmSync(dirname(path), { recursive: true });
  return text;
}

test('edit sends back what was changed, and keeps all else of the object', async () => {
  const headers = { 'Content-Type': 'text/x', 'Object-Meta-By': 'me', 'X-TTL': '1000' };
  await at('text.md', { method: 'PUT', body: 'one\n', headers });
  const ran = await run(['edit', 'text.md', '--json'], `echo "$1" > ${cli.file('where')}; echo two >> "$1"`);
  expect([ran.code, ran.errors]).toEqual([0, '']);
  expect(JSON.parse(ran.out)).toMatchObject({ key: 'text.md', changed: true, revision: expect.any(Number) });
  const answer = await at('text.md');
  expect(await answer.text()).toBe('one\ntwo\n');
  const kept = Object.fromEntries(answer.headers);
  expect(kept).toMatchObject({ 'content-type': 'text/x', 'object-meta-by': 'me' });
  expect(Number(kept['x-ttl'])).toBeGreaterThan(900);
  const where = readFileSync(cli.file('where'), 'utf8').trim();
  expect([where.startsWith(cli.directory), where.endsWith('.md'), existsSync(dirname(where))]).toEqual([
    true,
    true,
    false,
  ]);
});

test('edit prefers VISUAL, and takes arguments in it', async () => {
  await at('visual', { method: 'PUT', body: 'x' });
  const words = environment('exit 1');
  const ran = await cli.run(['edit', 'visual'], { ...words, VISUAL: `${editor('echo "$1" > "$2"')} --wait` });
  expect([ran.code, await (await at('visual')).text()]).toEqual([0, '--wait\n']);
});

test('edit sends nothing when nothing was changed', async () => {
  const { headers } = await at('same', { method: 'PUT', body: 'same' });
  const ran = await run(['edit', 'same'], 'touch "$1"');
  expect(ran).toEqual({ code: 0, out: '"same" is as it was, and nothing was sent\n', errors: '' });
  expect((await at('same')).headers.get('etag')).toBe(headers.get('etag'));
});

test('edit keeps the text when somebody else has changed or deleted the object meanwhile', async () => {
  for (const method of ['PUT', 'DELETE']) {
    await at('clash', { method: 'PUT', body: 'before' });
    const meanwhile = `curl="${ring.urls[0]}/objects/clash"; echo mine > "$1"
      ${process.execPath} -e "fetch('$curl', { method: '${method}', body: ${method === 'PUT' ? "'theirs'" : 'undefined'} })"`;
    const ran = await run(['edit', 'clash'], meanwhile);
    expect(ran).toMatchObject({
      code: 4,
      out: '',
      errors: expect.stringMatching(
        /^"clash" was changed by somebody else meanwhile, and nothing was sent; /,
      ),
    });
    expect(textKept(ran)).toBe('mine\n');
    const answer = await at('clash');
    expect([answer.status, method === 'PUT' && (await answer.text())]).toEqual(
      method === 'PUT' ? [200, 'theirs'] : [404, false],
    );
  }
});

test('edit keeps the text when no server can be reached any more, the editor fails, or it is interrupted', async () => {
  const other = await startRing(1);
  await fetch(`${other.urls[0]}/objects/lost`, { method: 'PUT', body: 'before' });
  const { ended } = cli.start(
    ['edit', 'lost', '--server', other.urls[0]!, '--timeout', '0.5'],
    environment(
      `echo mine > "$1"; touch ${cli.file('open')}; until [ -e ${cli.file('go')} ]; do sleep 0.05; done`,
    ),
  );
  await until('the editor is open', () => existsSync(cli.file('open')));
  await other.stop();
  writeFileSync(cli.file('go'), '');
  const lost = await ended;
  expect(lost).toMatchObject({ code: 5, errors: expect.stringMatching(/^No server can be reached/) });
  expect(textKept(lost)).toBe('mine\n');

  await at('fails', { method: 'PUT', body: 'before' });
  const failed = await run(['edit', 'fails'], 'echo mine > "$1"; exit 7');
  expect(failed).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/ ended with 7, and nothing was sent/),
  });
  expect(textKept(failed)).toBe('mine\n');

  const second = environment(`echo mine > "$1"; touch ${cli.file('second')}; sleep 0.3`);
  const { child, ended: end } = cli.start(['edit', 'fails'], second);
  await until('the editor is open', () => existsSync(cli.file('second')));
  child.kill('SIGTERM');
  const stopped = await end;
  expect(stopped).toMatchObject({ code: 130, errors: expect.stringMatching(/^Interrupted; /) });
  expect(textKept(stopped)).toBe('mine\n');
  expect(await (await at('fails')).text()).toBe('before');
});

test('edit says that there is no such object or editor', async () => {
  expect(await run(['edit', 'none'], 'true')).toMatchObject({
    code: 3,
    out: '',
    errors: expect.stringMatching(/^There is no object "none"/),
  });
  await at('there', { method: 'PUT', body: '' });
  const ran = await cli.run(['edit', 'there'], { ...environment(''), EDITOR: '/no/such/editor' });
  expect(ran).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/set VISUAL or EDITOR to one that works/),
  });
  expect(textKept(ran)).toBe('');
  expect(await run(['edit'], 'true')).toMatchObject({ code: 2 });
});
