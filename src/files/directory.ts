import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { PIECE_BYTES } from '../replication/index.js';
import { contentOf, isPiece } from './content.js';
import { Folder } from './folder.js';
import { keyProblem } from './path-key.js';
import { isFinal, isGone, reasonOf } from './reason.js';
import { type Content, isSameStamp, type Stamp, stampOf } from './shared-entry.js';

/** Neither a link, which may lead elsewhere by now, nor a pipe, which may keep whoever opens it waiting. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Where Linux tells, by its number, what is open. */
const DESCRIPTORS = '/proc/self/fd';

/** The provider of `OpenDirectory`. */
export const OPEN_DIRECTORY = Symbol('OPEN_DIRECTORY');

/** Rejects when there is no such directory. */
export type OpenDirectory = (path: string) => Promise<Directory>;

export const openDirectory: OpenDirectory = async (path) => {
  const root = await realpath(path);
  if (!(await stat(root)).isDirectory()) throw new Error('it is no directory');
  return new Directory(root);
};

/** `again`: it is to be looked at later. */
export type Look =
  | { readonly kind: 'file'; readonly stamp: Stamp }
  | { readonly kind: 'gone' }
  | { readonly kind: 'left-out'; readonly reason: string }
  | { readonly kind: 'again' };

/**
 * The files under one directory, by their keys, which are the paths from there. Nothing outside is ever read: where a path leads is looked
 * at before a file is opened, and once more when it is.
 */
export class Directory {
  /** @param root without links, and absolute */
  constructor(
    readonly root: string,
    private readonly descriptors = DESCRIPTORS,
  ) {}

  pathOf(key: string): string {
    return join(this.root, key);
  }

  async look(key: string, maxBytes: number): Promise<Look> {
    const problem = keyProblem('', Buffer.from(key));
    if (problem !== null) return { kind: 'left-out', reason: problem };
    // It is no path of a file under the directory, in the one way in which the walk spells it.
    if (!this.isInside(this.pathOf(key)) || relative(this.root, this.pathOf(key)) !== key)
      return { kind: 'gone' };
    try {
      const path = this.pathOf(key);
      const own = await lstat(path).catch(nullIfGone);
      if (own === null || own.isDirectory() || (await isBehindLink(path))) return { kind: 'gone' };
      const found = own.isSymbolicLink() ? await this.behindLink(path) : own;
      if (typeof found === 'string') return { kind: 'left-out', reason: found };
      if (!found.isFile()) return { kind: 'left-out', reason: 'is no regular file' };
      if (found.size > maxBytes)
        return { kind: 'left-out', reason: `has ${found.size} bytes, more than MAX_OBJECT_SIZE` };
      return { kind: 'file', stamp: stampOf(found) };
    } catch (error) {
      return isFinal(error) ? { kind: 'left-out', reason: reasonOf(error) } : { kind: 'again' };
    }
  }

  /** What is in a file; null when it changes meanwhile, or is not what it was looked at as. Rejects when it cannot be read. */
  async read(key: string, stamp: Stamp): Promise<Content | null> {
    const file = await this.openFile(key);
    try {
      const isAsBefore = async () => isSameStamp(stampOf(await file.stat()), stamp);
      if (!(await isAsBefore())) return null;
      const content = await contentOf(file, stamp.size);
      return content !== null && (await isAsBefore()) ? content : null;
    } finally {
      await file.close();
    }
  }

  /** A piece of a file whose content is known; null when it is not there as it was. Rejects when it cannot be read. */
  async piece(key: string, content: Content, index: number): Promise<Uint8Array | null> {
    const file = await this.openFile(key);
    try {
      const start = index * PIECE_BYTES;
      const bytes = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, content.size - start));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return bytesRead === bytes.length && isPiece(content, index, bytes) ? bytes : null;
    } finally {
      await file.close();
    }
  }

  /** Whether a path leads to something under this directory. */
  async contains(path: string): Promise<boolean> {
    return this.isInside(await realpath(path));
  }

  /** The directory that a file is in, to be closed. Rejects when a link leads there. */
  openFolder(key: string): Promise<Folder> {
    return Folder.open(dirname(this.pathOf(key)), this.descriptors);
  }

  private async behindLink(path: string): Promise<Stats | string> {
    if (!(await this.contains(path))) return 'is a link that leads outside';
    const found = await stat(path);
    return found.isDirectory() ? 'is a link to a directory' : found;
  }

  private async openFile(key: string): Promise<FileHandle> {
    const path = await realpath(this.pathOf(key));
    if (!this.isInside(path)) throw new Error('it leads outside');
    const file = await open(path, FLAGS);
    try {
      if (!(await file.stat()).isFile()) throw new Error('it is no regular file');
      await this.refuseOutside(file);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** A directory on the way may have been replaced by a link meanwhile. Only Linux tells where an open file is. */
  private async refuseOutside({ fd }: FileHandle): Promise<void> {
    const path = await realpath(join(this.descriptors, String(fd))).catch(() => null);
    if (path !== null && !this.isInside(path)) throw new Error('it leads outside');
  }

  private isInside(path: string): boolean {
    return path === this.root || path.startsWith(this.root.endsWith(sep) ? this.root : `${this.root}${sep}`);
  }
}

function nullIfGone(error: unknown): null {
  if (isGone(error)) return null;
  throw error;
}

/** A link to a directory leads to it: what is there has another name, or is not shared. */
async function isBehindLink(path: string): Promise<boolean> {
  const folder = dirname(path);
  return (await realpath(folder).catch(nullIfGone)) !== folder;
}
