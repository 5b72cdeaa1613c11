import { IN_DIRECTORY, type LogRecord, NO_META } from '../../replication/index.js';
import type { SharedEntry } from '../shared-entry.js';

/** A committed record of the key `f`; without other words, a file of eight bytes that the server `other` shares. */
export function version(changes: Partial<LogRecord> = {}): LogRecord {
  return {
    revision: 5,
    origin: 1,
    request: 1,
    kind: 'put',
    key: 'f',
    modified: 1_000,
    type: '',
    meta: NO_META,
    size: 8,
    digest: 'digest-a',
    body: null,
    replaced: false,
    refusal: null,
    floor: 0,
    expires: 0,
    token: '',
    of: 0,
    blob: 0,
    replicas: IN_DIRECTORY,
    holders: ['other'],
    ...changes,
  };
}

/** A file of eight bytes of which the ring was not told. */
export function entry(changes: Partial<SharedEntry> & { digest?: string } = {}): SharedEntry {
  const { digest = 'digest-a', ...others } = changes;
  return {
    stamp: { size: 8, modifiedMs: 500, changedMs: 500, inode: 1 },
    content: { size: 8, digest, checks: null },
    former: null,
    isTold: false,
    isConflict: false,
    written: null,
    ...others,
  };
}

/** Of an ordinary object. */
export const EVERYONE_KEEPS = { replicas: 0, holders: [] } as const;
