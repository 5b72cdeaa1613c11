import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PIECE_BYTES } from '../replication/index.js';
import { type Directory, openDirectory } from './directory.js';
import type { Stamp } from './shared-entry.js';
import { Temporary } from './testing/temporary.js';

const GIB = 2 ** 30;

let place: Temporary;
let directory: Directory;
beforeEach(async () => {
  place = new Temporary();
  directory = await openDirectory(place.root);
});
afterEach(() => place.remove());

async function stampOf(key: string): Promise<Stamp> {
  const look = await directory.look(key, GIB);
  if (look.kind !== 'file') throw new Error(JSON.stringify(look));
  return look.stamp;
}

const look = async (key: string, maxBytes = GIB) => {
  const found = await directory.look(key, maxBytes);
  return found.kind === 'left-out' ? found.reason : found.kind;
};

describe('a directory', () => {
  it('is one that is there', async () => {
    place.write('file', 'x');
    symlinkSync(place.root, join(place.outside, 'link'));
    expect((await openDirectory(join(place.outside, 'link'))).root).toBe(directory.root);
    await expect(openDirectory(place.path('file'))).rejects.toThrow('it is no directory');
    await expect(openDirectory(place.path('none'))).rejects.toThrow('ENOENT');
  });

  it('has files, and nothing in the place of others', async () => {
    place.write('a/b', 'four');
    expect(await stampOf('a/b')).toMatchObject({ size: 4 });
    for (const key of ['', 'a', 'none', 'none/at/all', 'a/b/c'])
      expect([key, await look(key)]).toEqual([key, 'gone']);
  });

  it('knows its files by one name each, and none outside', async () => {
    place.write('a/b', 'x');
    place.write('..c', 'x');
    expect(await look('..c')).toBe('file');
    for (const key of [
      '../outside/secret',
      '/a/b',
      'a//b',
      './a/b',
      'a/../a/b',
      'a/b/',
      '..',
      '../shared/a/b',
    ])
      expect([key, await look(key)]).toEqual([key, 'gone']);
    for (const key of ['../outside/secret', `../../../../../../etc/passwd`])
      await expect(directory.read(key, { size: 1, modifiedMs: 0, changedMs: 0, inode: 0 })).rejects.toThrow(
        /leads outside/,
      );
  });

  it('leaves out what is no regular file, too large, or has no name for a key', async () => {
    execFileSync('mkfifo', [place.path('pipe')]);
    place.write('large', 'four');
    place.write('bad\nname', 'x');
    expect(await look('pipe')).toBe('is no regular file');
    expect(await look('large', 3)).toBe('has 4 bytes, more than MAX_OBJECT_SIZE');
    expect(await look('large', 4)).toBe('file');
    expect(await look('bad\nname')).toBe('has a control character in its name');
    expect(await look('x'.repeat(1025))).toMatch(/more than 1024 bytes/);
    expect(await look('x'.repeat(300))).toBe('has a name that is too long for the system');
  });

  it('follows links to files inside, and no others', async () => {
    place.write('a/b', 'inside');
    symlinkSync('a/b', place.path('good'));
    symlinkSync(join(place.outside, 'secret'), place.path('bad'));
    symlinkSync(place.outside, place.path('out'));
    symlinkSync('a', place.path('dir'));
    symlinkSync('.', place.path('root'));
    symlinkSync('circle', place.path('circle'));
    symlinkSync('not-there', place.path('nowhere'));
    symlinkSync('/dev/zero', place.path('device'));
    expect((await directory.read('good', await stampOf('good')))!.size).toBe(6);
    expect(await look('bad')).toBe('is a link that leads outside');
    expect(await look('device')).toBe('is a link that leads outside');
    expect(await look('dir')).toBe('is a link to a directory');
    expect(await look('root')).toBe('is a link to a directory');
    expect(await look('circle')).toBe('is a link that leads in a circle');
    expect(await look('nowhere')).toMatch(/a link that leads nowhere/);
    await expect(directory.read('out/secret', await stampOf('good'))).rejects.toThrow('it leads outside');
  });
});

it('has no file behind a link to a directory, though it be the same as before', async () => {
  place.write('d/f', 'x');
  const before = await stampOf('d/f');
  renameSync(place.path('d'), place.path('e'));
  symlinkSync('e', place.path('d'));
  expect(await stampOf('e/f')).toEqual(before);
  expect(await look('d/f')).toBe('gone');
  renameSync(place.path('e'), join(place.outside, 'e'));
  rmSync(place.path('d'));
  symlinkSync(join(place.outside, 'e'), place.path('d'));
  expect(await look('d/f')).toBe('gone');
});

describe('reading a file', () => {
  it('gives what is in it, as a whole or a piece of it', async () => {
    place.write('f', Buffer.alloc(PIECE_BYTES + 3, 'x'));
    const content = (await directory.read('f', await stampOf('f')))!;
    expect(content.size).toBe(PIECE_BYTES + 3);
    expect((await directory.piece('f', content, 0))!.length).toBe(PIECE_BYTES);
    expect(Buffer.from((await directory.piece('f', content, 1))!).toString()).toBe('xxx');
  });

  it('gives nothing when it is not as it was looked at', async () => {
    place.write('f', 'first');
    const before = await stampOf('f');
    place.write('f', 'other');
    utimesSync(place.path('f'), before.modifiedMs / 1000, before.modifiedMs / 1000);
    expect(await directory.read('f', before)).toBeNull();
  });

  it.each<[string, () => void]>([
    ['other bytes', () => place.write('f', 'other')],
    ['fewer bytes', () => truncateSync(place.path('f'), 3)],
  ])('gives no piece of %s', async (_, change) => {
    place.write('f', 'first');
    const content = (await directory.read('f', await stampOf('f')))!;
    change();
    expect(await directory.piece('f', content, 0)).toBeNull();
  });

  it('fails when it is gone, or is something else by now', async () => {
    place.write('d/f', 'first');
    const stamp = await stampOf('d/f');
    const content = (await directory.read('d/f', stamp))!;
    const demand = async (reason: RegExp) => {
      await expect(directory.read('d/f', stamp)).rejects.toThrow(reason);
      await expect(directory.piece('d/f', content, 0)).rejects.toThrow(reason);
    };
    rmSync(place.path('d/f'));
    await demand(/ENOENT/);
    mkdirSync(place.path('d/f'));
    await demand(/no regular file/);
    rmSync(place.path('d/f'), { recursive: true });
    execFileSync('mkfifo', [place.path('d/f')]);
    await demand(/no regular file/);
    rmSync(place.path('d'), { recursive: true });
    place.write('d', 'a file in the place of a directory');
    await demand(/ENOTDIR/);
  });

  it('never follows a directory that was replaced by a link to another one', async () => {
    place.write('d/secret', 'secret');
    const stamp = await stampOf('d/secret');
    const content = (await directory.read('d/secret', stamp))!;
    renameSync(place.path('d'), place.path('e'));
    symlinkSync(place.outside, place.path('d'));
    await expect(directory.read('d/secret', stamp)).rejects.toThrow('it leads outside');
    await expect(directory.piece('d/secret', content, 0)).rejects.toThrow('it leads outside');
    rmSync(place.path('d'));
    symlinkSync('e', place.path('d'));
    expect(await directory.piece('d/secret', content, 0)).not.toBeNull();
  });

  it('fails when it may not', async () => {
    place.write('f', 'first');
    const stamp = await stampOf('f');
    chmodSync(place.path('f'), 0);
    const outcome = await directory.read('f', stamp).catch(({ code }) => code as string);
    // Who is root may read everything, and finds that it has changed.
    expect(outcome).toBe(process.getuid!() === 0 ? null : 'EACCES');
  });
});
