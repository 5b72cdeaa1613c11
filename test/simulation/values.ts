import {
  NO_META,
  UNCONDITIONAL,
  type Condition,
  type LogRecord,
  type Operation,
} from '../../src/replication/index.js';
import { violation } from './violation.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Every value is written once in a run: `v17` is the seventeenth. Larger bodies are padded. */
export function putOf(key: string, number: number, bytes: number, condition: Condition): Operation {
  const body = encoder.encode(`v${number}`.padEnd(bytes));
  return {
    kind: 'put',
    key,
    condition,
    type: 'text/plain',
    meta: NO_META,
    size: body.length,
    digest: digestOf(number),
    body,
    ttlMs: 0,
    token: '',
  };
}

export function deleteOf(key: string): Operation {
  return {
    kind: 'delete',
    key,
    condition: UNCONDITIONAL,
    type: '',
    meta: NO_META,
    size: 0,
    digest: '',
    body: null,
    ttlMs: 0,
    token: '',
  };
}

/** The value that a record carries; its parts have to belong together. */
export function valueOf(record: LogRecord): string {
  if (record.kind !== 'put' || record.body === null)
    violation('objects', `a read brought ${record.kind} r${record.revision} without a body`);
  const value = decoder.decode(record.body).trimEnd();
  if (record.size !== record.body.length || record.digest !== digestOfValue(value))
    violation('objects', `${value} came with ${record.size} bytes and the digest ${record.digest}`);
  return value;
}

/** The digest of the body that carries this value. */
export function digestOfValue(value: string): string {
  return digestOf(Number(value.slice(1)));
}

function digestOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}
