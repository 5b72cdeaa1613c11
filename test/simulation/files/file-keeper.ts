import { compare, isSharedBy } from '../../../src/files/agreement.js';
import { sharing, withdrawal } from '../../../src/files/operations.js';
import type { SharedEntry } from '../../../src/files/shared-entry.js';
import {
  conflictsOf,
  isConflict,
  type LogRecord,
  type Operation,
  subjectOf,
} from '../../../src/replication/index.js';
import type { Process } from '../process.js';

const ALL = 1_000;

/** Tells the core of a process what is in its host's directory, as src/files does: one operation of each key at a time. */
export class FileKeeper {
  private readonly entries = new Map<string, SharedEntry>();
  private readonly busy = new Set<string>();

  constructor(private readonly process: Process) {}

  /** It has another ring's state from now on: what it told may be unknown there. */
  joined(): void {
    for (const entry of this.entries.values()) entry.isTold = false;
  }

  /** What told of a file as a conflict has ended, as its server was thought to be gone. */
  committed({ kind, key }: LogRecord): void {
    const entry = this.entries.get(subjectOf(key));
    if (kind !== 'expire' || entry === undefined || !entry.isConflict || !isConflict(key)) return;
    const isListed = this.conflicts(subjectOf(key)).some(({ digest }) => digest === entry.content.digest);
    if (!isListed) entry.isTold = false;
  }

  look(): void {
    for (const key of new Set([...this.files.keys(), ...this.entries.keys(), ...this.named()]))
      if (!this.busy.has(key)) this.attend(key);
  }

  /** Whether the ring was told of what is in the file. */
  isTold(key: string): boolean {
    const entry = this.entries.get(key);
    return entry?.isTold === true && entry.content.digest === this.files.get(key)?.digest;
  }

  private get files() {
    return this.process.host.directory.files;
  }

  private get name(): string {
    return this.process.host.name;
  }

  /** Keys under which the ring says that this server shares something. */
  private named(): string[] {
    const { core } = this.process;
    const records = ['', conflictsOf()].flatMap((prefix) => core.list(prefix, null, ALL));
    return records.filter((record) => isSharedBy(record, this.name)).map(({ key }) => subjectOf(key));
  }

  private attend(key: string): void {
    if (this.process.status().phase !== 'member') return;
    const entry = this.entryOf(key);
    const version = this.process.core.committed(key);
    if (entry === null) return this.withdraw(key, version);
    const { digest } = entry.content;
    switch (compare(entry, version, this.name)) {
      case 'agreed':
      case 'follow': {
        entry.isTold = true;
        const isSame = version?.kind === 'put' && version.digest === digest;
        return this.withdrawAll(
          key,
          this.conflicts(key).filter((conflict) => isSame || conflict.digest !== digest),
        );
      }
      case 'leave':
        return this.withdrawAll(key, [version!]);
      case 'share':
        return this.share(key, entry, version);
    }
  }

  private entryOf(key: string): SharedEntry | null {
    const file = this.files.get(key);
    const known = this.entries.get(key);
    if (file === undefined) return this.entries.delete(key) ? null : null;
    const { bytes, digest, changedMs } = file;
    const stamp = { size: bytes.length, modifiedMs: changedMs, changedMs, inode: 1 };
    const isSame = known?.content.digest === digest;
    if (isSame && known.stamp.changedMs === changedMs) return known;
    const content = { size: bytes.length, digest, checks: null };
    const fresh = {
      stamp,
      content,
      former: known?.content.digest ?? null,
      isTold: false,
      isConflict: false,
      written: null,
    };
    const entry = isSame ? { ...known, stamp } : fresh;
    this.entries.set(key, entry);
    return entry;
  }

  private share(key: string, entry: SharedEntry, version: LogRecord | undefined): void {
    const former = this.conflicts(key);
    const isAlike = ({ digest }: LogRecord) => digest === entry.content.digest;
    const isTaken = version?.kind === 'put' && !isAlike(version) && !isSharedBy(version, this.name);
    if (isTaken && former.some(isAlike)) {
      Object.assign(entry, { isTold: true, isConflict: true });
      return;
    }
    this.write(key, sharing(key, entry, version), (record) => {
      const becameConflict = record?.kind === 'put' && record.key !== key;
      if (record !== null) Object.assign(entry, { isTold: true, isConflict: becameConflict });
    });
  }

  private withdraw(key: string, version: LogRecord | undefined): void {
    const own = version?.kind === 'put' && isSharedBy(version, this.name) ? [version] : [];
    this.withdrawAll(key, [...own, ...this.conflicts(key)]);
  }

  private withdrawAll(key: string, versions: readonly LogRecord[]): void {
    for (const version of versions) this.write(key, withdrawal(version), () => undefined);
  }

  private conflicts(key: string): LogRecord[] {
    const all = this.process.core.list(conflictsOf(key), null, ALL);
    return all.filter((record) => isSharedBy(record, this.name));
  }

  private write(key: string, operation: Operation, end: (record: LogRecord | null) => void): void {
    this.busy.add(key);
    this.process.write(operation, (outcome) => {
      this.busy.delete(key);
      end(outcome?.kind === 'done' || outcome?.kind === 'refused' ? outcome.record : null);
    });
  }
}
