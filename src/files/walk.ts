import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

import { keyProblem } from './path-key.js';
import { reasonOf } from './reason.js';

/** Entries that are read at once. */
const AT_ONCE = 256;

export type Walked =
  | { readonly kind: 'file'; readonly key: string }
  /** A directory; its key is '' for the root. */
  | { readonly kind: 'directory'; readonly key: string }
  | { readonly kind: 'left-out'; readonly name: string; readonly reason: string };

/**
 * Everything under a directory of the root, and it itself, in no order. Files may be links: where they lead is found out when they are read. Links to directories
 * are not followed, so there is no end without one.
 */
export async function* walk(root: string, under = ''): AsyncGenerator<Walked, void> {
  const waiting = [under];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    yield { kind: 'directory', key: directory };
    for await (const found of entriesOf(root, directory)) {
      if (found.kind === 'directory') waiting.push(found.key);
      else yield found;
    }
  }
}

async function* entriesOf(root: string, directory: string): AsyncGenerator<Walked, void> {
  try {
    // Names are bytes: those that are no UTF-8 would be changed by decoding.
    const options = { encoding: 'buffer' as BufferEncoding, bufferSize: AT_ONCE };
    for await (const entry of await opendir(join(root, directory), options))
      yield entryOf(directory, entry as unknown as Dirent<Buffer>);
  } catch (error) {
    yield { kind: 'left-out', name: `${directory}/`, reason: reasonOf(error) };
  }
}

function entryOf(directory: string, entry: Dirent<Buffer>): Walked {
  const bytes = entry.name;
  const prefix = directory === '' ? '' : `${directory}/`;
  const key = `${prefix}${bytes.toString()}`;
  const problem = keyProblem(prefix, bytes);
  if (problem !== null) return { kind: 'left-out', name: key, reason: problem };
  if (entry.isDirectory()) return { kind: 'directory', key };
  if (entry.isFile() || entry.isSymbolicLink()) return { kind: 'file', key };
  return { kind: 'left-out', name: key, reason: 'is no regular file' };
}
