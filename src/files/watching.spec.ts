import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { Temporary } from './testing/temporary.js';
import { Watching } from './watching.js';

let place: Temporary;
let watching: Watching;
let touched: Set<string>;
let changed: string[];
const failures: Error[] = [];

beforeEach(() => {
  place = new Temporary();
  touched = new Set();
  changed = [];
  watching = new Watching(place.root, {
    touched: (key) => void touched.add(key),
    changed: (directory) => void changed.push(directory),
    failed: (error) => void failures.push(error),
  });
});
afterEach(() => {
  watching.close();
  place.remove();
});

function addAll(): void {
  for (const directory of ['', 'd', 'd/e']) watching.add(directory);
}

/** Flushes until it has been heard of. */
async function heard(isHeard: () => boolean): Promise<void> {
  for (let looks = 0; !isHeard(); looks++) {
    if (looks === 500) throw new Error('nothing was heard');
    watching.flush();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('tells which files are new, changed or gone', async () => {
  place.write('d/old', 'x');
  for (const directory of ['', 'd']) watching.add(directory);
  place.write('new', 'x');
  rmSync(place.path('d/old'));
  await heard(() => touched.has('new') && touched.has('d/old'));
  touched.clear();
  place.write('new', 'y');
  await heard(() => touched.has('new'));
  expect(changed).toEqual([]);
});

it('names a directory that is new', async () => {
  watching.add('');
  mkdirSync(place.path('d'));
  await heard(() => changed.length > 0);
  expect([[...touched], new Set(changed)]).toEqual([[], new Set(['d'])]);
});

it('watches a directory anew that took the place of another one', async () => {
  place.write('d/e/f', 'x');
  addAll();
  renameSync(place.path('d'), place.path('moved'));
  place.write('d/e/f', 'x');
  await heard(() => changed.includes('d'));
  addAll();
  touched.clear();
  place.write('d/e/new', 'x');
  await heard(() => touched.has('d/e/new'));
  expect(failures).toEqual([]);
});

it('hears of what happens to the directory that all is in', async () => {
  place.write('d/e/f', 'x');
  addAll();
  renameSync(place.root, join(place.outside, 'moved'));
  mkdirSync(place.root);
  await heard(() => changed.includes(''));
  watching.add('');
  place.write('new', 'x');
  await heard(() => touched.has('new'));
  expect([...touched]).toEqual(['new']);
});

it('takes a file for one though it has the name of its directory', async () => {
  place.write('d/d', 'x');
  watching.add('d');
  place.write('d/d', 'y');
  await heard(() => touched.has('d/d'));
  expect(changed).toEqual([]);
});

it('leaves what cannot be read at all to the walk, which names it', () => {
  mkdirSync(place.path('locked'), { mode: 0 });
  symlinkSync('circle', place.path('circle'));
  for (const directory of ['locked', 'circle']) watching.add(directory);
  expect(failures).toEqual([]);
});

it('lets go of directories that are not there any more, and minds none that went before', async () => {
  place.write('d/f', 'x');
  watching.add('d');
  watching.add('none');
  expect(failures).toEqual([]);
  watching.retain(new Set(), 'other');
  watching.retain(new Set(['']), '');
  place.write('d/f', 'y');
  watching.flush();
  expect([...touched]).toEqual([]);
});

it('watches nothing any more when it is closed, though a walk goes on', async () => {
  watching.close();
  watching.add('');
  const seen = new Set<string>();
  const open = new Watching(place.root, {
    touched: (key) => void seen.add(key),
    changed: () => undefined,
    failed: () => undefined,
  });
  open.add('');
  // The second one is heard of when whatever there is to say of the first one has been said.
  for (const key of ['first', 'second']) {
    place.write(key, 'x');
    await heard(() => {
      open.flush();
      return seen.has(key);
    });
  }
  open.close();
  expect([...touched]).toEqual([]);
});
