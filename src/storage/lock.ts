import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf, StorageError } from './storage-error.js';

export const LOCK_FILE = 'lock';
const MAX_TRIES = 5;

interface Owner {
  readonly pid: number;
  /** When it was started, in the system's own words; '' where the system does not tell. Ids of processes come again. */
  readonly started: string;
}

/**
 * Keeps other processes out of a directory, as two that write to one database destroy it. Node has no locks of the
 * system's, so this is a file that says whose it is; that of a process that is gone is taken over. It does not keep a
 * process out that has another table of processes, as in two containers that share the directory.
 *
 * @returns gives the lock back
 * @throws StorageError when another process has it
 */
export async function takeLock(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, LOCK_FILE);
  const own = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await create(path, own)) return () => rm(path, { force: true });
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const owner = parseOwner(text);
    if (owner !== null && (await isAlive(owner))) throw inUse(directory, owner.pid);
    await discard(path, text);
  }
  throw new StorageError(`Several processes try to use ${directory}; start one of them alone.`);
}

/** Whole or not at all, so that nobody reads half of it. */
async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves a stale lock away first, and puts back what turns out to be another's that has just come instead. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function inUse(directory: string, pid: number): StorageError {
  const who = pid === process.pid ? `this process (${pid})` : `process ${pid}`;
  return new StorageError(`DATA_DIR ${directory} is in use by ${who}; end that one or set another DATA_DIR.`);
}

async function isAlive({ pid, started }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return started === (await startOf(pid));
}

/** The 22nd field of /proc/<pid>/stat, in ticks since the machine was started; the second may hold blanks and brackets. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? '' : `${boot.trim()} ${ticks}`;
}

/** null for a lock that nobody can have written whole: its writer is gone. */
function parseOwner(text: string): Owner | null {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Owner>;
    return Number.isInteger(pid) && pid! > 0 && typeof started === 'string' ? { pid: pid!, started } : null;
  } catch {
    return null;
  }
}
