import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';

import { runProgram } from './program.js';

async function run(...words: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const code = await runProgram(words, { environment: {}, stdout, stderr, signal });
  return { code, out: String(stdout.read() ?? ''), errors: String(stderr.read() ?? '') };
}

test('ringlet lab explains itself as ringlet lab', async () => {
  const { code, out } = await run('lab', '--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: ringlet lab [^]*\n {2}ringlet lab --servers 5 /);
});

test('ringlet lab refuses what makes no sense', async () => {
  expect(await run('lab', '--servers', '0')).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/^The lab runs 1 to 64 servers: /),
  });
  expect(await run('lab', '--sevrers', '5')).toMatchObject({ code: 2 });
});
