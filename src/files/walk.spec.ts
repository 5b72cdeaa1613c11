import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { Temporary } from './testing/temporary.js';
import { walk } from './walk.js';

let place: Temporary;
beforeEach(() => {
  place = new Temporary();
});
afterEach(() => place.remove());

async function all(root = place.root): Promise<string[]> {
  const met: string[] = [];
  for await (const walked of walk(root))
    met.push(walked.kind === 'left-out' ? `${walked.name} ${walked.reason}` : `${walked.kind} ${walked.key}`);
  return met.toSorted();
}

it('meets everything, and follows no link to a directory', async () => {
  place.write('f', 'x');
  place.write('a/b/c', 'x');
  place.write('a/.hidden', 'x');
  symlinkSync('.', place.path('a/again'));
  expect(await all()).toEqual([
    'directory ',
    'directory a',
    'directory a/b',
    'file a/.hidden',
    'file a/again',
    'file a/b/c',
    'file f',
  ]);
});

it('names what cannot be an object', async () => {
  writeFileSync(Buffer.concat([Buffer.from(place.path('not-')), Buffer.from([0xc3, 0x28])]), 'x');
  place.write('new\nline', 'x');
  execFileSync('mkfifo', [place.path('pipe')]);
  const deep = Array.from({ length: 5 }, () => 'x'.repeat(204)).join('/');
  place.write(`${deep}/f`, 'x');
  const met = await all();
  expect(met).toContain('new\nline has a control character in its name');
  expect(met).toContain('not-\u{FFFD}( has a name that is not UTF-8');
  expect(met).toContain('pipe is no regular file');
  expect(met).toContain(`${deep}/f has a path of more than 1024 bytes`);
  expect(met.filter((line) => line.startsWith('file'))).toEqual([]);
});

it('names a directory that cannot be read, and goes on with the others', async () => {
  for (const key of ['a/f', 'b/f', 'c/f']) place.write(key, 'x');
  const met: string[] = [];
  for await (const walked of walk(place.root)) {
    if (walked.kind === 'directory' && walked.key === '') continue;
    // Before it comes to it: a file in its place.
    if (met.length === 0) {
      rmSync(place.path('b'), { recursive: true });
      place.write('b', 'x');
    }
    met.push(walked.kind === 'left-out' ? `${walked.name} ${walked.reason}` : walked.key);
  }
  expect(met).toContain('b/ is no directory any more');
  expect(met.filter((key) => key.endsWith('/f'))).toHaveLength(2);
  expect(await all(place.path('none'))).toEqual([
    '/ is not there any more, or is a link that leads nowhere',
    'directory ',
  ]);
});
