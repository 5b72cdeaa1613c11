import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { LoggerService } from '@nestjs/common';

import { type Bodies, contentOf } from '../objects/index.js';
import type { LogRecord } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import type { Directory } from './directory.js';
import type { Folder } from './folder.js';
import { isSameStamp, type SharedEntry, stampOf } from './shared-entry.js';

const PART = /^\.ringlet-[0-9a-f]{12}\.part$/;

const RIGHTS = 0o777;
/** Files that are remembered as told; of more than those nothing is told. */
const MOST_TOLD = 1_000;

/** Whether a file of this name is one that was being written when its server ended, or is at this moment. */
export function isPart(name: string): boolean {
  return PART.test(name);
}

/**
 * Makes files what clients make of their objects. A file is replaced as a whole: what is new is written beside it and takes its name when it is
 * on the disk. No other file is ever touched, whatever becomes meanwhile of the directories that it is in.
 */
export class Mirror {
  /** By the key, why it could not be done, which is told once. */
  private readonly failures = new Map<string, string>();

  constructor(
    private readonly directory: Directory,
    private readonly ring: Pick<RingService, 'read'>,
    private readonly bodies: Pick<Bodies, 'whole' | 'open'>,
    private readonly logger: Pick<LoggerService, 'error'>,
  ) {}

  /** Makes a file what the present version of its object is; false when it has to be tried again. */
  async follow(key: string, entry: SharedEntry, version: LogRecord): Promise<boolean> {
    try {
      const isDone = await this.tryToFollow(key, entry, version);
      this.failures.delete(key);
      return isDone;
    } catch (error) {
      this.tell(key, (error as Error).message);
      return false;
    }
  }

  private tell(key: string, reason: string): void {
    const isKnown = this.failures.has(key);
    if (this.failures.get(key) === reason || (!isKnown && this.failures.size >= MOST_TOLD)) return;
    this.failures.set(key, reason);
    this.logger.error(`The file ${JSON.stringify(key)} cannot be made what its object is: ${reason}`);
  }

  private async tryToFollow(key: string, entry: SharedEntry, version: LogRecord): Promise<boolean> {
    if (!(await this.directory.contains(this.directory.pathOf(key)))) return true;
    const folder = await this.directory.openFolder(key);
    try {
      return await this.followIn(folder, key, entry, version);
    } finally {
      await folder.close();
    }
  }

  private async followIn(
    folder: Folder,
    key: string,
    entry: SharedEntry,
    { kind }: LogRecord,
  ): Promise<boolean> {
    const path = join(folder.path, basename(key));
    // Somebody has changed it meanwhile, and is not to be overwritten.
    if (!isSameStamp(stampOf(await stat(path)), entry.stamp)) return false;
    if (kind !== 'put') {
      await folder.verify();
      await rm(path, { force: true });
      return true;
    }
    const outcome = await this.ring.read(key);
    if (outcome.kind !== 'object') return outcome.kind === 'absent';
    return this.write(folder, path, entry, outcome.record);
  }

  private async write(folder: Folder, path: string, entry: SharedEntry, record: LogRecord): Promise<boolean> {
    const part = join(folder.path, `.ringlet-${randomBytes(6).toString('hex')}.part`);
    const file = await open(part, 'wx');
    try {
      await folder.verify();
      const chunks = await contentOf(this.bodies, record, false);
      if (chunks === null) return false;
      const { mode } = await stat(path);
      await file.chmod(mode & RIGHTS);
      for await (const chunk of chunks) await file.appendFile(chunk);
      await file.sync();
      await file.close();
      if (!isSameStamp(stampOf(await stat(path)), entry.stamp)) return false;
      await folder.verify();
      entry.written = record.digest;
      await rename(part, path);
      return true;
    } finally {
      await file.close();
      await rm(part, { force: true });
    }
  }
}
