import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { LoggerService } from '@nestjs/common';

import { type Bodies, isSmall, isStored, slicesOf } from '../objects/index.js';
import type { LogRecord } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import type { Directory } from './directory.js';

const PART = /^\.ringlet-[0-9a-f]{12}\.part$/;

/** Whether a file of this name is one that was being written when its server ended, or is at this moment. */
export function isPart(name: string): boolean {
  return PART.test(name);
}

/**
 * Makes files what clients make of their objects. A file is replaced as a whole: what is new is written beside it and takes its name when it is
 * on the disk. No other file is ever touched.
 */
export class Mirror {
  private lastFailure = '';

  constructor(
    private readonly directory: Directory,
    private readonly ring: Pick<RingService, 'read'>,
    private readonly bodies: Pick<Bodies, 'whole' | 'open'>,
    private readonly logger: Pick<LoggerService, 'error'>,
  ) {}

  /** Makes a file what the present version of its object is; false when it has to be tried again. */
  async follow(key: string, version: LogRecord): Promise<boolean> {
    try {
      return await this.tryToFollow(key, version);
    } catch (error) {
      const failure = `The file ${JSON.stringify(key)} cannot be made what its object is: ${(error as Error).message}`;
      if (failure !== this.lastFailure) this.logger.error(failure);
      this.lastFailure = failure;
      return false;
    }
  }

  private async tryToFollow(key: string, { kind }: LogRecord): Promise<boolean> {
    const path = this.directory.pathOf(key);
    if (!(await this.directory.contains(path))) return true;
    if (kind !== 'put') {
      await rm(path, { force: true });
      return true;
    }
    const outcome = await this.ring.read(key);
    return outcome.kind === 'object' ? this.write(path, outcome.record) : outcome.kind === 'absent';
  }

  private async write(path: string, record: LogRecord): Promise<boolean> {
    const chunks = await this.chunksOf(record);
    if (chunks === null) return false;
    const part = join(dirname(path), `.ringlet-${randomBytes(6).toString('hex')}.part`);
    const file = await open(part, 'wx');
    try {
      for await (const chunk of chunks) await file.write(chunk);
      await file.sync();
      await file.close();
      await rename(part, path);
      return true;
    } catch (error) {
      await file.close();
      await rm(part, { force: true });
      throw error;
    }
  }

  private async chunksOf(
    record: LogRecord,
  ): Promise<Iterable<Uint8Array> | AsyncIterable<Uint8Array> | null> {
    const { body, size } = record;
    if (isStored(record)) {
      if (!isSmall(record)) return this.bodies.open(record, 0, size);
      const whole = await this.bodies.whole(record, false);
      return whole && [whole];
    }
    return body instanceof Uint8Array ? [body] : body && slicesOf(body, 0, size);
  }
}
