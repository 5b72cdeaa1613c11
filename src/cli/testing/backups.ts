import { createHash } from 'node:crypto';

export interface Made {
  readonly key: string;
  readonly kind?: 'put' | 'delete';
  readonly body?: string;
  readonly digest?: string;
  readonly type?: string;
  readonly expires?: number;
}

export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}

/** A backup of these records, with as many of the right numbers as are not given. */
export function backupOf(
  records: readonly Made[],
  { format = 1, count = records.length }: { format?: number; count?: number } = {},
): Buffer {
  const head = { ringlet: 'backup', format, ring: 'r', revision: 0, objects: 0, bytes: 0 };
  const parts = [`${JSON.stringify(head)}\n`];
  for (const [
    at,
    { key, kind = 'put', body = '', digest = digestOf(body), type = '', expires = 0 },
  ] of records.entries()) {
    const size = Buffer.byteLength(body);
    const line = { key, revision: at + 1, kind, size, digest, type, meta: {}, modified: 0, expires };
    parts.push(`${JSON.stringify(line)}\n`, body, '\n');
  }
  const before = parts.join('');
  const sha256 = createHash('sha256').update(before).digest('hex');
  const end = { end: true, revision: records.length, records: count, sha256 };
  return Buffer.from(`${before}${JSON.stringify(end)}\n`);
}
