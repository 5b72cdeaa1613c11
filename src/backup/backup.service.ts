import type { ServerResponse } from 'node:http';

import { Inject, Injectable, Logger } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { Problem } from '../http/index.js';
import { Bodies, BodyGone, endWithChunks, problemOf } from '../objects/index.js';
import type { Body, LogRecord, Readout } from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { BackupStream, SourceLost } from './backup-stream.js';
import type { BackupHead } from './format.js';

/** Backups that are read from this server at once; each hashes all that it hands out. */
export const MOST_BACKUPS = 4;

const HEADERS = {
  'Content-Type': 'application/octet-stream',
  'Content-Disposition': 'attachment; filename="ringlet.backup"',
  'Cache-Control': 'no-store',
};

/** Hands out all that is committed, as a stream that ends with a state that was the ring's at one revision. */
@Injectable()
export class BackupService {
  private readonly logger = new Logger('Backup');
  private running = 0;

  constructor(
    private readonly ring: RingService,
    private readonly bodies: Bodies,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Resolves when the backup has been handed out or its client has gone away. When it cannot be completed the connection
   * ends without the last line.
   *
   * @throws Problem
   */
  async send(response: ServerResponse): Promise<void> {
    if (this.running >= MOST_BACKUPS) throw new Problem('too_many_backups');
    this.running++;
    try {
      await this.begin(response);
    } finally {
      this.running--;
    }
  }

  /** After the barrier, what is committed here is as new as anything that was acknowledged before the request. */
  private async begin(response: ServerResponse): Promise<void> {
    const outcome = await this.ring.barrier();
    if (outcome.kind !== 'current') throw problemOf(outcome);
    const readout = this.ring.readOut();
    if (readout === null) throw new Problem('not_a_member');
    try {
      const stream = new BackupStream(readout, this.head(), this.bodies, (record) => this.fetch(record));
      response.writeHead(200, HEADERS);
      if (await endWithChunks(response, stream.chunks())) this.tell(readout);
    } catch (error) {
      if (![SourceLost, BodyGone, Problem].some((kind) => error instanceof kind)) throw error;
      this.logger.warn(`A backup was broken off: ${(error as Error).message}`);
      response.destroy();
    } finally {
      readout.end();
    }
  }

  private head(): BackupHead {
    const { watermark, objects, bytes } = this.ring.status();
    return { ring: this.config.ring, revision: watermark, objects, bytes };
  }

  /** What has been written again, or deleted, by the time that its body is here is met again later. */
  private async fetch({ key, revision }: LogRecord): Promise<Body | null> {
    const outcome = await this.ring.read(key);
    if (outcome.kind === 'absent') return null;
    if (outcome.kind !== 'object') throw problemOf(outcome);
    return outcome.record.revision === revision ? outcome.record.body : null;
  }

  private tell({ revision }: Readout): void {
    this.logger.log(`A backup was read, as of revision ${revision}`);
  }
}
