import { basename } from 'node:path';

import type { LoggerService } from '@nestjs/common';
import { lookup } from 'mime-types';

import {
  conflictsOf,
  etagOf,
  IN_DIRECTORY,
  type LogRecord,
  NO_META,
  type Operation,
  UNCONDITIONAL,
} from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import { compare, isSharedBy } from './agreement.js';
import type { Mirror } from './mirror.js';
import type { SharedEntry } from './shared-entry.js';

/** Conflicts of one key that are looked at. */
const MOST_CONFLICTS = 100;

/** Tells the ring what is in the files, and follows what clients make of it, if it may. */
export class Sharer {
  constructor(
    private readonly ring: Pick<RingService, 'committed' | 'list' | 'write' | 'self' | 'status'>,
    private readonly mirror: Pick<Mirror, 'follow'> | null,
    private readonly logger: Pick<LoggerService, 'warn'>,
  ) {}

  /** Whether the ring knows of a file what there is to know. */
  isAgreed(key: string, entry: SharedEntry): boolean {
    const verdict = compare(entry, this.ring.committed(key), this.name);
    return entry.isTold && (verdict === 'agreed' || (verdict === 'follow' && this.mirror === null));
  }

  /** Makes the ring and a file agree; false when it has to be tried again. */
  async agree(key: string, entry: SharedEntry): Promise<boolean> {
    if (this.ring.status().phase !== 'member') return false;
    const version = this.ring.committed(key);
    switch (compare(entry, version, this.name)) {
      case 'agreed':
        entry.isTold = true;
        return this.withdrawAll(this.conflicts(key));
      case 'follow':
        return this.mirror === null || (await this.mirror.follow(key, version!));
      case 'leave':
        return (await this.withdrawAll([version!])) && this.share(key, entry, version);
      case 'share':
        return this.share(key, entry, version);
    }
  }

  /** This server has no such file any more; false when it has to be tried again. */
  async withdraw(key: string): Promise<boolean> {
    const version = this.ring.committed(key);
    const own = version?.kind === 'put' && isSharedBy(version, this.name) ? [version] : [];
    const all = [...own, ...this.conflicts(key)];
    return all.length === 0 || (this.ring.status().phase === 'member' && this.withdrawAll(all));
  }

  private get name(): string {
    return this.ring.self.name;
  }

  private async share(key: string, entry: SharedEntry, version: LogRecord | undefined): Promise<boolean> {
    const former = this.conflicts(key);
    const isAlike = ({ digest }: LogRecord): boolean => digest === entry.content.digest;
    if (version?.kind === 'put' && former.some(isAlike)) entry.isTold = true;
    else {
      const outcome = await this.ring.write(sharing(key, entry, version));
      if (outcome.kind !== 'done' && outcome.kind !== 'refused') return false;
      entry.isTold = true;
      if (outcome.kind === 'refused' || outcome.record.key === key) return this.withdrawAll(former);
      this.tellOfConflict(key, version);
    }
    return this.withdrawAll(former.filter((record) => !isAlike(record)));
  }

  /** What this server shares of other content than the object of this key. */
  private conflicts(key: string): LogRecord[] {
    const all = this.ring.list(conflictsOf(key), null, MOST_CONFLICTS);
    return all.filter((record) => isSharedBy(record, this.name));
  }

  private async withdrawAll(versions: readonly LogRecord[]): Promise<boolean> {
    const outcomes = await Promise.all(versions.map((version) => this.ring.write(withdrawal(version))));
    return outcomes.every(({ kind }) => kind === 'done' || kind === 'refused');
  }

  private tellOfConflict(key: string, version: LogRecord | undefined): void {
    const others =
      version?.replicas === IN_DIRECTORY ? `what ${version.holders.join(', ')} shares` : 'the object';
    this.logger.warn(
      `The file ${JSON.stringify(key)} differs from ${others} under this name, and is kept as a conflict: see /conflicts; ` +
        'rename it, or make both the same',
    );
  }
}

/** Of an object that the file was a copy of, it may take the place. */
function sharing(key: string, { content, former }: SharedEntry, version: LogRecord | undefined): Operation {
  const wasCopy = version?.kind === 'put' && version.digest === former;
  const condition = wasCopy ? ({ kind: 'match', etags: [etagOf(version)] } as const) : UNCONDITIONAL;
  const { size, digest } = content;
  const type = lookup(basename(key)) || '';
  return { ...NOTHING, kind: 'put', key, condition, type, size, digest };
}

function withdrawal({ key, digest }: LogRecord): Operation {
  return { ...NOTHING, kind: 'delete', key, digest };
}

const NOTHING = {
  condition: UNCONDITIONAL,
  type: '',
  meta: NO_META,
  size: 0,
  digest: '',
  body: null,
  ttlMs: 0,
  token: '',
  blob: 0,
  offer: null,
  replicas: IN_DIRECTORY,
} as const;
