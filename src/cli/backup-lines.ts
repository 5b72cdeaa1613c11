/** Of what is read here. */
const FORMAT = 1;
const DIGEST = /^[0-9a-f]{16}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** What is wrong with a backup: what comes after "it" in a sentence. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}

export interface Head {
  readonly ring: string;
  /** Estimates for showing progress. */
  readonly objects: number;
  readonly bytes: number;
}

export interface BackupRecord {
  readonly key: string;
  readonly revision: number;
  readonly kind: 'put' | 'delete';
  /** Bytes of the body that follows. */
  readonly size: number;
  /** Sixteen hexadecimal digits of the body's SHA-256. */
  readonly digest: string;
  readonly type: string;
  readonly meta: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; 0 for never. */
  readonly expires: number;
}

export interface End {
  readonly end: true;
  readonly revision: number;
  readonly records: number;
  /** Files of directories that were being written, if there were any. */
  readonly leftOut?: number;
  readonly sha256: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws BackupFault */
export function readHead(line: string): Head {
  const { ringlet, format, ring, objects, bytes } = fieldsOf(line);
  if (ringlet !== 'backup') throw new BackupFault('is no backup of a ring');
  if (format !== FORMAT) throw new BackupFault(`is of format ${String(format)}, which takes a newer ringlet`);
  if (typeof ring !== 'string' || !isCount(objects) || !isCount(bytes)) throw damaged();
  return { ring, objects, bytes };
}

/** The line before a body, or the last one. @throws BackupFault */
export function readLine(line: string): BackupRecord | End {
  const fields = fieldsOf(line);
  if (isEnd(fields)) return fields;
  if (isRecord(fields)) return fields;
  throw damaged();
}

export function damaged(): BackupFault {
  return new BackupFault('is damaged');
}

function fieldsOf(line: string): Fields {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Fields;
  } catch {
    // It is none of our lines.
  }
  throw new BackupFault('is no backup of a ring, or damaged');
}

function isEnd(fields: Fields): fields is Fields & End {
  const { end, revision, records, leftOut = 0, sha256 } = fields;
  const isCounted = isCount(revision) && isCount(records) && isCount(leftOut);
  return end === true && isCounted && matches(sha256, SHA256);
}

function isRecord(fields: Fields): fields is Fields & BackupRecord {
  const { key, revision, kind, size, digest, type, meta, expires } = fields;
  const isNamed = typeof key === 'string' && key !== '' && typeof type === 'string';
  const isMeasured = isCount(revision) && isCount(size) && isCount(expires);
  const isBodied = kind === 'put' ? matches(digest, DIGEST) : kind === 'delete' && size === 0;
  return isNamed && isMeasured && isBodied && isMeta(meta);
}

function isMeta(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
