import { access, constants, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { syncFile } from './blob-file.js';
import { LOCK_FILE, takeLock } from './lock.js';
import { codeOf, messageOf, StorageError } from './storage-error.js';

export const STORE_DIRECTORY = 'store';
export const BLOB_DIRECTORY = 'blobs';
export const DAMAGED_PREFIX = 'damaged-';
const FORMAT_FILE = 'ringlet.json';
const FORMAT_PART = `${FORMAT_FILE}.part`;

/**
 * Raised whenever an older version could not read what is on disk: the files, the form of values, or the codec of records.
 */
const FORMAT = 1;

interface Format {
  readonly format: number;
  readonly ring: string;
}

/**
 * Makes a directory this process's own, for a server of this ring.
 *
 * @returns gives it back
 * @throws StorageError with what to do when it cannot be had
 */
export async function claim(directory: string, ring: string): Promise<() => Promise<void>> {
  await checkDirectory(directory);
  const release = await takeLock(directory).catch((error: unknown) => {
    throw error instanceof StorageError ? error : unusable(directory, error);
  });
  try {
    await checkFormat(directory, ring);
    return release;
  } catch (error) {
    await release();
    throw error instanceof StorageError ? error : unusable(directory, error);
  }
}

/** The directories within it to which stores were moved that could not be opened. */
export async function damagedIn(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.startsWith(DAMAGED_PREFIX)).map((name) => join(directory, name));
}

async function checkDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(resolve(directory));
    const names = await readdir(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    const foreign = names.find((name) => !isOwn(name));
    if (foreign !== undefined && !names.includes(FORMAT_FILE)) throw notOurs(directory, foreign);
  } catch (error) {
    throw error instanceof StorageError ? error : unusable(directory, error);
  }
}

/** Node's own recursion does not end where the system allows no directory, as in /proc. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await mkdirOnceParentIs(path);
  }
}

async function mkdirOnceParentIs(path: string): Promise<void> {
  await makeDirectory(dirname(path));
  await mkdir(path);
}

/** What a start that was broken off leaves; and the directory that a new file system has of its own is nobody's data. */
function isOwn(name: string): boolean {
  return ['lost+found', LOCK_FILE, FORMAT_PART].includes(name) || name.startsWith(`${LOCK_FILE}.`);
}

async function checkFormat(directory: string, ring: string): Promise<void> {
  const path = join(directory, FORMAT_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return writeFormat(directory, { format: FORMAT, ring });
  const found = parseFormat(text);
  if (found === null) {
    throw new StorageError(
      `${path} is damaged, so DATA_DIR cannot be told to be of ring ${ring}; write {"format":${FORMAT},"ring":"${ring}"} to it ` +
        'if you are sure, or set another DATA_DIR.',
    );
  }
  if (found.format > FORMAT) {
    throw new StorageError(
      `DATA_DIR ${directory} has format ${found.format} of a newer version of Ringlet, and this one reads ${FORMAT}; ` +
        'start that version or set another DATA_DIR.',
    );
  }
  if (found.ring !== ring) {
    throw new StorageError(
      `DATA_DIR ${directory} is of a server of ring ${found.ring}, not of ${ring}; set RING=${found.ring} or another DATA_DIR.`,
    );
  }
}

/** Before anything else is written: what has no such file and is not empty is not ours. */
async function writeFormat(directory: string, format: Format): Promise<void> {
  const part = join(directory, FORMAT_PART);
  await writeFile(part, `${JSON.stringify(format)}\n`);
  await syncFile(part);
  await rename(part, join(directory, FORMAT_FILE));
  await syncFile(directory);
}

function parseFormat(text: string): Format | null {
  try {
    const { format, ring } = JSON.parse(text) as Partial<Format>;
    return Number.isInteger(format) && typeof ring === 'string' ? { format: format!, ring } : null;
  } catch {
    return null;
  }
}

function notOurs(directory: string, name: string): StorageError {
  return new StorageError(
    `DATA_DIR ${directory} holds ${name}, which is not Ringlet's; set DATA_DIR to a directory that is empty or does not exist.`,
  );
}

/** What a person can do about it, by the code of the system's error. */
function unusable(directory: string, error: unknown): StorageError {
  const hints: Readonly<Record<string, string>> = {
    ENOTDIR: 'it is not a directory; set DATA_DIR to one',
    EEXIST: 'it is not a directory; set DATA_DIR to one',
    EACCES: 'the system does not allow this user to write there; change its owner or set another DATA_DIR',
    EPERM: 'the system does not allow this user to write there; change its owner or set another DATA_DIR',
    EROFS: 'its file system is read-only; set another DATA_DIR',
    ENOSPC: 'its file system is full; make room or set another DATA_DIR',
  };
  const hint = hints[codeOf(error)] ?? `${messageOf(error)}; mend that or set another DATA_DIR`;
  return new StorageError(`DATA_DIR ${directory} cannot be used: ${hint}.`, error);
}
