import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { LogRecord, Outcome } from '../replication/index.js';
import { Directory, openDirectory } from './directory.js';
import { isPart, Mirror } from './mirror.js';
import type { SharedEntry } from './shared-entry.js';
import { entry, EVERYONE_KEEPS, version } from './testing/samples.js';
import { Temporary } from './testing/temporary.js';

let place: Temporary;
let directory: Directory;
let outcome: Outcome;
let told: string[];
let mirror: Mirror;

beforeEach(async () => {
  place = new Temporary();
  directory = await openDirectory(place.root);
  told = [];
  outcome = { kind: 'object', record: object('new'), via: null };
  const bodies = { whole: () => Promise.resolve(Buffer.from('stored')), open: () => Promise.resolve(null) };
  mirror = new Mirror(directory, { read: () => Promise.resolve(outcome) }, bodies, {
    error: (line: string) => void told.push(line),
  });
});
afterEach(() => place.remove());

function object(text: string): LogRecord {
  return version({
    ...EVERYONE_KEEPS,
    body: Buffer.from(text),
    size: text.length,
    digest: `digest of ${text}`,
  });
}

async function entryOf(key: string): Promise<SharedEntry> {
  const look = await directory.look(key, 1_000_000);
  if (look.kind !== 'file') throw new Error(look.kind);
  return entry({ stamp: look.stamp });
}

const textOf = (key: string) => readFileSync(place.path(key), 'utf8');

describe('a file whose object a client has written', () => {
  it('is replaced as a whole, by a file of its own', async () => {
    place.write('d/f', 'old');
    const [file, { ino }] = [await entryOf('d/f'), statSync(place.path('d/f'))];
    expect(await mirror.follow('d/f', file, object('new'))).toBe(true);
    expect([textOf('d/f'), file.written, readdirSync(place.path('d'))]).toEqual([
      'new',
      'digest of new',
      ['f'],
    ]);
    expect(statSync(place.path('d/f')).ino).not.toBe(ino);
  });

  it('stays as it is when somebody has changed it meanwhile', async () => {
    place.write('f', 'old');
    const file = await entryOf('f');
    place.write('f', 'changed');
    expect(await mirror.follow('f', file, object('new'))).toBe(false);
    expect([textOf('f'), readdirSync(place.root)]).toEqual(['changed', ['f']]);
  });

  it('is replaced where it is a link inside, and not where it leads to', async () => {
    place.write('target', 'old');
    symlinkSync('target', place.path('f'));
    expect(await mirror.follow('f', await entryOf('f'), object('new'))).toBe(true);
    expect([textOf('f'), textOf('target')]).toEqual(['new', 'old']);
  });

  it('is never written where a link leads outside', async () => {
    place.write('d/secret', 'old');
    const file = await entryOf('d/secret');
    rmSync(place.path('d'), { recursive: true });
    symlinkSync(place.outside, place.path('d'));
    expect(await mirror.follow('d/secret', file, object('new'))).toBe(true);
    expect(readFileSync(join(place.outside, 'secret'), 'utf8')).toBe('secret');
  });

  it('waits for a body that is not to be had', async () => {
    place.write('f', 'old');
    outcome = { kind: 'unavailable', reason: 'no-holder' };
    expect(await mirror.follow('f', await entryOf('f'), object('new'))).toBe(false);
    outcome = { kind: 'object', record: { ...object('new'), body: null }, via: null };
    expect(await mirror.follow('f', await entryOf('f'), object('new'))).toBe(false);
    expect(textOf('f')).toBe('old');
  });

  it('has what is on the disk of its server', async () => {
    place.write('f', 'old');
    const stored = { size: 6, pieces: [null], stored: { kind: 'records', revision: 5 } } as const;
    outcome = { kind: 'object', record: { ...object('stored'), body: stored }, via: null };
    expect(await mirror.follow('f', await entryOf('f'), object('stored'))).toBe(true);
    expect(textOf('f')).toBe('stored');
  });

  it('is told of once when it cannot be written, whatever comes of others', async () => {
    for (const key of ['f', 'g']) place.write(key, 'old');
    const files = { f: await entryOf('f'), g: await entryOf('g') };
    for (const key of ['f', 'g']) rmSync(place.path(key));
    for (let count = 0; count < 3; count++)
      for (const key of ['f', 'g'] as const)
        expect(await mirror.follow(key, files[key], object('new'))).toBe(false);
    expect(told).toEqual([
      expect.stringMatching(/^The file "f" cannot be made what its object is: ENOENT/),
      expect.stringMatching(/^The file "g" cannot be made what its object is: ENOENT/),
    ]);
  });
});

/** Also what is behind it looks as the file does. */
async function twin(): Promise<SharedEntry> {
  place.write('d/f', 'old');
  linkSync(place.path('d/f'), join(place.outside, 'f'));
  return entryOf('d/f');
}

function swap(): void {
  renameSync(place.path('d'), place.path('moved'));
  symlinkSync(place.outside, place.path('d'));
}

/** In which something happens after it was looked where a path leads. */
class SwappedDirectory extends Directory {
  override async contains(path: string): Promise<boolean> {
    const contains = await super.contains(path);
    swap();
    return contains;
  }
}

const outside = () => [...readdirSync(place.outside), readFileSync(join(place.outside, 'f'), 'utf8')];

/** Where an open directory has a path of its own, and where it has none. */
describe.each(['/proc/self/fd', '/none'])('a directory that becomes a link, with %s', (descriptors) => {
  it.each([version({ kind: 'delete' }), object('new')])(
    'is not followed when it is opened',
    async (newest) => {
      const file = await twin();
      const { ring, bodies, logger } = mirror as unknown as Record<string, never>;
      mirror = new Mirror(new SwappedDirectory(place.root, descriptors), ring!, bodies!, logger!);
      expect(await mirror.follow('d/f', file, newest)).toBe(false);
      expect([outside(), textOf('moved/f')]).toEqual([['f', 'secret', 'old'], 'old']);
    },
  );

  it.each(['is asked for', 'comes'])('is not written through while the body %s', async (when) => {
    const file = await twin();
    const stored = { size: 6, pieces: [null], stored: { kind: 'records', revision: 5 } } as const;
    outcome = { kind: 'object', record: { ...object('stored'), body: stored }, via: null };
    const during: string[][] = [];
    const read = () => {
      if (when === 'is asked for') swap();
      return Promise.resolve(outcome);
    };
    const whole = () => {
      if (when === 'comes') swap();
      during.push(outside());
      return Promise.resolve(Buffer.from('stored'));
    };
    const bodies = { whole, open: () => Promise.resolve(null) };
    const logger = { error: (line: string) => void told.push(line) };
    mirror = new Mirror(new Directory(place.root, descriptors), { read }, bodies, logger);
    expect(await mirror.follow('d/f', file, object('stored'))).toBe(false);
    expect([outside(), textOf('moved/f')]).toEqual([['f', 'secret', 'old'], 'old']);
    expect(during).toEqual(when === 'comes' ? [['f', 'secret', 'old']] : []);
    expect(told.join()).toMatch(/was moved or replaced|ENOENT/);
  });
});

it('removes a file whose object was deleted, or only the link', async () => {
  place.write('f', 'old');
  symlinkSync('f', place.path('link'));
  const tombstone = version({ kind: 'delete' });
  expect(await mirror.follow('link', await entryOf('link'), tombstone)).toBe(true);
  expect(readdirSync(place.root)).toEqual(['f']);
  expect(await mirror.follow('f', await entryOf('f'), tombstone)).toBe(true);
  expect(readdirSync(place.root)).toEqual([]);
});

it('knows its own files', () => {
  expect(['.ringlet-0123456789ab.part', '.ringlet-x.part', 'a.part'].map(isPart)).toEqual([
    true,
    false,
    false,
  ]);
});
