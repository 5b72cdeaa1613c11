import {
  conflictsOf,
  IN_DIRECTORY,
  type LogRecord,
  type Operation,
  type Outcome,
  type Server,
  type Status,
} from '../../replication/index.js';
import type { RingService } from '../../ring/index.js';
import { version } from './samples.js';

/** Takes what it is told at once, as a primary would that judges in the simplest way. */
export class FakeRing implements Pick<RingService, 'committed' | 'list' | 'write' | 'self' | 'status'> {
  readonly self = { id: 1, name: 'me' } as Server;
  readonly records = new Map<string, LogRecord>();
  /** What was written, as its kind, key and digest. */
  readonly written: string[] = [];
  /** The next writes end so instead. */
  forced: Outcome | null = null;
  phase: Status['phase'] = 'member';
  private revision = 100;

  status(): Status {
    return { phase: this.phase } as Status;
  }

  committed(key: string): LogRecord | undefined {
    return this.records.get(key);
  }

  list(prefix: string): LogRecord[] {
    return [...this.records.values()].filter(({ kind, key }) => kind === 'put' && key.startsWith(prefix));
  }

  write(operation: Operation): Promise<Outcome> {
    this.written.push(`${operation.kind} ${operation.key} ${operation.digest}`);
    return Promise.resolve(this.forced ?? { kind: 'done', record: this.take(operation), copies: null });
  }

  conflicts(): string[] {
    return this.list(conflictsOf()).map(({ digest }) => digest);
  }

  private take({ kind, key, condition, digest, size }: Operation): LogRecord {
    const revision = ++this.revision;
    const present = this.records.get(key);
    const own = { revision, digest, size, holders: ['me'] };
    if (kind === 'delete') return this.keep(version({ ...present, revision, kind: 'expire' }));
    const isFree = present?.kind !== 'put' || present.holders.join() === 'me' || condition.kind === 'match';
    if (isFree) return this.keep(version({ ...own, key }));
    const isSame = present.digest === digest && present.replicas === IN_DIRECTORY;
    if (isSame) return this.keep({ ...present, holders: [...present.holders, 'me'] });
    return this.keep(version({ ...own, key: `${conflictsOf(key)}${revision}` }));
  }

  private keep(record: LogRecord): LogRecord {
    this.records.set(record.key, record);
    return record;
  }
}
