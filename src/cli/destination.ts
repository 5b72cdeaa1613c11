import type { Stats } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Context } from './context.js';
import { EXIT, Failure, isCode } from './failure.js';
import { cannotWrite, PartFile } from './part-file.js';
import { DeviceTarget, PipeTarget, TerminalTarget } from './pipe-target.js';
import type { Target } from './target.js';

export const STDOUT = '-';
/** Less the umask, as of every file that programs create. */
const MODE = 0o666;

/** Where `-o` says: a file, a directory to put it into, `-` for standard output, which is the default. */
export async function openDestination(
  path: string | undefined,
  key: string,
  context: Context,
): Promise<Target> {
  if (path === undefined && context.stdout.isTTY === true) return new TerminalTarget(context);
  if (path === undefined || path === STDOUT) return new PipeTarget(context);
  const present = await statOf(path);
  const isFolder = present === null ? path.endsWith('/') : present.isDirectory();
  return isFolder ? openFile(join(path, fileNameOf(key))) : openFile(path);
}

/** The last part of a key, as the name of a file. @throws Failure */
export function fileNameOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (!['', '.', '..'].includes(name)) return name;
  throw new Failure(
    `${JSON.stringify(key)} does not end with a name that a file can have: give one by -o FILE.`,
    EXIT.usage,
  );
}

/** What a link leads to is replaced, not the link. */
async function openFile(path: string): Promise<Target> {
  const present = await statOf(path);
  if (present?.isDirectory() === true)
    throw new Failure(`${path} is a directory: choose another name by -o FILE.`);
  const isFile = present === null || present.isFile();
  try {
    if (!isFile) return new DeviceTarget(path, await open(path, 'w'));
    const name = present === null ? path : await realpath(path);
    return await PartFile.create(name, {
      force: true,
      mode: present === null ? MODE : present.mode % 0o1000,
    });
  } catch (error) {
    throw error instanceof Failure ? error : cannotWrite(path, error);
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw cannotWrite(path, error);
  }
}
