import type { LoggerService } from '@nestjs/common';

import { conflictsOf, IN_DIRECTORY, isConflict, type LogRecord, subjectOf } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import { compare, isSharedBy } from './agreement.js';
import type { Mirror } from './mirror.js';
import { sharing, withdrawal } from './operations.js';
import type { SharedEntry } from './shared-entry.js';

/** Conflicts of one key that are looked at. */
const MOST_CONFLICTS = 100;

/** Tells the ring what is in the files, and follows what clients make of it, if it may. */
export class Sharer {
  private readonly name: string;

  /** The ring has started. */
  constructor(
    private readonly ring: Pick<RingService, 'committed' | 'list' | 'write' | 'self' | 'status'>,
    private readonly mirror: Pick<Mirror, 'follow'> | null,
    private readonly logger: Pick<LoggerService, 'warn'>,
  ) {
    this.name = ring.self.name;
  }

  /** Whether the ring knows of a file what there is to know. */
  isAgreed(key: string, entry: SharedEntry): boolean {
    const verdict = compare(entry, this.ring.committed(key), this.name);
    return entry.isTold && (verdict === 'agreed' || (verdict === 'follow' && this.mirror === null));
  }

  /** Whether this is the end of what told of a file as a conflict, as its server was thought to be gone. */
  hasLost({ kind, key }: LogRecord, { isConflict: isLoser, content }: SharedEntry): boolean {
    if (kind !== 'expire' || !isLoser || !isConflict(key)) return false;
    return !this.conflicts(subjectOf(key)).some(({ digest }) => digest === content.digest);
  }

  /** Whether this is what came of telling of a file: whoever told of it waits for that, and sees to the rest. */
  isAsked(record: LogRecord, { content }: SharedEntry): boolean {
    return record.kind === 'put' && record.digest === content.digest && isSharedBy(record, this.name);
  }

  /** Makes the ring and a file agree; false when it has to be tried again. */
  async agree(key: string, entry: SharedEntry): Promise<boolean> {
    const version = this.ring.committed(key);
    if (this.ring.status().phase !== 'member') return false;
    switch (compare(entry, version, this.name)) {
      case 'agreed':
        entry.isTold = true;
        return this.settle(key, entry, version);
      case 'follow':
        if (!(await this.settle(key, entry, version))) return false;
        return this.mirror === null || (await this.mirror.follow(key, entry, version!));
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

  private async share(key: string, entry: SharedEntry, version: LogRecord | undefined): Promise<boolean> {
    const former = this.conflicts(key);
    const isAlike = ({ digest }: LogRecord): boolean => digest === entry.content.digest;
    const isTaken = version?.kind === 'put' && !isAlike(version) && !isSharedBy(version, this.name);
    if (isTaken && former.some(isAlike)) entry.isTold = entry.isConflict = true;
    else {
      const outcome = await this.ring.write(sharing(key, entry, version));
      if (outcome.kind !== 'done' && outcome.kind !== 'refused') return false;
      entry.isTold = true;
      entry.isConflict = outcome.kind === 'done' && outcome.record.key !== key;
      if (!entry.isConflict) return this.withdrawAll(former);
      this.tellOfConflict(key, version);
    }
    return this.withdrawAll(former.filter((record) => !isAlike(record)));
  }

  private settle(key: string, entry: SharedEntry, version: LogRecord | undefined): Promise<boolean> {
    return this.withdrawAll(this.conflicts(key).filter((conflict) => isOver(conflict, entry, version)));
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

/** A conflict is over when the file holds something else by now, or the same as the present version. */
function isOver({ digest }: LogRecord, { content }: SharedEntry, version: LogRecord | undefined): boolean {
  return digest !== content.digest || (version?.kind === 'put' && version.digest === digest);
}
