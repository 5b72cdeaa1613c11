import { etagOf, IN_DIRECTORY, type LogRecord } from '../replication/index.js';
import type { Validators } from './conditional.js';

/** Objects whose head is remembered at most; beyond that all are forgotten at once. */
const REMEMBERED = 4096;
const SECOND_MS = 1000;

/** What the answers to reads of one object share. */
export interface ObjectHead extends Validators {
  /** Headers of an answer without a body, such as 304: names and values in turn. */
  readonly validators: readonly string[];
  /** Headers of the object's representation, without its length. */
  readonly representation: readonly string[];
  /** Headers of an answer with the whole object. */
  readonly whole: readonly string[];
}

/**
 * Remembers the headers of objects that were read, since to make them costs more than the rest of a read. `labels` are
 * put before them; the array stands for its contents.
 */
export class ObjectHeads {
  private heads = new WeakMap<LogRecord, ObjectHead>();
  private count = 0;
  private labels: readonly string[] = [];

  of(record: LogRecord, labels: readonly string[]): ObjectHead {
    if (labels !== this.labels || this.count >= REMEMBERED) this.forget(labels);
    const known = this.heads.get(record);
    if (known !== undefined) return known;
    const head = renderHead(record, labels, Date.now());
    this.heads.set(record, head);
    this.count++;
    return head;
  }

  private forget(labels: readonly string[]): void {
    this.heads = new WeakMap();
    this.count = 0;
    this.labels = labels;
  }
}

/** Last-Modified is never in the future, even if the primary's clock is ahead of ours (RFC 9110, 8.8.2.1). */
function renderHead(record: LogRecord, labels: readonly string[], now: number): ObjectHead {
  const etag = etagOf(record);
  const modified = Math.min(record.modified, now);
  const lastModified = modified - (modified % SECOND_MS);
  const date = new Date(lastModified).toUTCString();
  const validators = [...labels, 'ETag', etag, 'Last-Modified', date, 'Cache-Control', 'no-cache'];
  const { holders, replicas } = record;
  if (holders.length > 0 && replicas !== IN_DIRECTORY) validators.push('Ringlet-Replicas', String(replicas));
  if (holders.length > 0) validators.push('Ringlet-Holders', holders.join(', '));
  const type = record.type === '' ? 'application/octet-stream' : record.type;
  const representation = [...validators, 'Accept-Ranges', 'bytes', 'Content-Type', type];
  for (const [name, value] of Object.entries(record.meta)) representation.push(`Object-Meta-${name}`, value);
  const whole = [...representation, 'Content-Length', String(record.size)];
  return { etag, lastModified, validators, representation, whole };
}
