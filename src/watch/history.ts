import type { LogRecord, RecordKind } from '../replication/index.js';
import type { WatchOptions } from './options.js';

/** What is told of a committed write. */
export type Change = Pick<LogRecord, 'kind' | 'revision' | 'key' | 'modified' | 'type' | 'size' | 'digest'>;

/** Bytes of a change besides the characters of its texts, each of which counts twice. */
const CHANGE_BYTES = 128;

/**
 * The newest committed changes, bounded in number and bytes. Its revisions have no holes: everything above `start` and
 * up to `last` is here. It does not hold the records, which would keep bodies that were replaced. It has a column for
 * each field instead of an object for each change, since a commit then allocates nothing: a third of the time.
 */
export class History {
  /** Changes above it are here; those up to it are not, or never were. */
  start = 0;
  /** The newest revision that was told. */
  last = 0;
  /** How often the history has started over: a revision means the same within one of these times only. */
  restarts = 0;
  private bytes = 0;
  private readonly capacity: number;
  private readonly kinds: RecordKind[];
  private readonly keys: string[];
  private readonly types: string[];
  private readonly digests: string[];
  private readonly sizes: Float64Array;
  private readonly times: Float64Array;

  constructor(private readonly limits: Pick<WatchOptions, 'historyRecords' | 'historyBytes'>) {
    const column = <Value>(value: Value): Value[] =>
      Array.from({ length: limits.historyRecords }, () => value);
    this.capacity = limits.historyRecords;
    this.kinds = column<RecordKind>('floor');
    this.keys = column('');
    this.types = column('');
    this.digests = column('');
    this.sizes = new Float64Array(this.capacity);
    this.times = new Float64Array(this.capacity);
  }

  /** Runs for every commit, whether or not someone watches: it is to cost next to nothing. */
  append(record: LogRecord): void {
    const { revision, kind } = record;
    if (revision <= this.last) return;
    if (revision > this.last + 1) this.restart(revision - 1);
    if (this.last - this.start === this.capacity) this.dropOldest();
    this.last = revision;
    this.kinds[revision % this.capacity] = kind;
    if (kind === 'put' || kind === 'delete' || kind === 'expire') this.keep(record);
  }

  /** What came before is not known here, or counts no more: the state up to `revision` was not told as changes. */
  restart(revision: number): void {
    while (this.start < this.last) this.dropOldest();
    this.start = revision;
    this.last = revision;
    this.restarts++;
  }

  /** The key that was changed; '' for a revision that changed none. It must lie above `start`, and not above `last`. */
  keyAt(revision: number): string {
    return this.keys[revision % this.capacity]!;
  }

  changeAt(revision: number): Change {
    const slot = revision % this.capacity;
    return {
      kind: this.kinds[slot]!,
      revision,
      key: this.keys[slot]!,
      modified: this.times[slot]!,
      type: this.types[slot]!,
      size: this.sizes[slot]!,
      digest: this.digests[slot]!,
    };
  }

  private keep({ revision, key, type, digest, size, modified }: LogRecord): void {
    const slot = revision % this.capacity;
    this.keys[slot] = key;
    this.types[slot] = type;
    this.digests[slot] = digest;
    this.sizes[slot] = size;
    this.times[slot] = modified;
    this.bytes += weightOf(key, type);
    while (this.bytes > this.limits.historyBytes) this.dropOldest();
  }

  private dropOldest(): void {
    const slot = ++this.start % this.capacity;
    const key = this.keys[slot]!;
    if (key === '') return;
    this.bytes -= weightOf(key, this.types[slot]!);
    this.keys[slot] = '';
    this.types[slot] = '';
    this.digests[slot] = '';
  }
}

function weightOf(key: string, type: string): number {
  return CHANGE_BYTES + 2 * (key.length + type.length);
}
