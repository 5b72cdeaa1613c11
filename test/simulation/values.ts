import { NO_OPERATION, type Condition, type LogRecord, type Operation } from '../../src/replication/index.js';
import { bodyOf, bytesOf, digestOf, HEADER_END } from './bodies.js';
import { violation } from './violation.js';

/**
 * Every value is written once in a run: `v17.40` is the seventeenth, with a body of forty bytes, or as few as it takes to
 * say so. A large body is as the client has it here, in one: how it is sent is another matter.
 */
export function putOf(
  key: string,
  number: number,
  bytes: number,
  condition: Condition,
  replicas = 0,
): Operation {
  const body = bodyOf(valueWith(number, bytes));
  const content = { type: 'text/plain', size: body.length, digest: digestOf(body), body };
  return { ...NO_OPERATION, kind: 'put', key, condition, ...content, replicas };
}

export function valueWith(number: number, bytes: number): string {
  return `v${number}.${bytes}`;
}

export function deleteOf(key: string): Operation {
  return { ...NO_OPERATION, key };
}

/** The value that a record carries; its parts have to belong together, and no byte may be another's. */
export function valueOf(record: LogRecord): string {
  if (record.kind !== 'put' || record.body === null)
    violation('objects', `a read brought ${record.kind} r${record.revision} without a body`);
  const bytes = bytesOf(record.body);
  const value = Buffer.from(bytes.subarray(0, bytes.indexOf(HEADER_END))).toString('latin1');
  if (!isBodyOf(bytes, value)) violation('objects', `r${record.revision} brought ${show(bytes)}`);
  if (record.size !== bytes.length || record.digest !== digestOf(bytes))
    violation('objects', `${value} came with ${record.size} bytes and the digest ${record.digest}`);
  return value;
}

/** The digest of the body that carries this value. */
export function digestOfValue(value: string): string {
  return digestOf(bodyOf(value));
}

function isBodyOf(bytes: Uint8Array, value: string): boolean {
  return /^v\d+\.\d+$/.test(value) && Buffer.compare(bytes, bodyOf(value)) === 0;
}

function show(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1'));
}
