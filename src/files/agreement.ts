import { IN_DIRECTORY, type LogRecord } from '../replication/index.js';
import type { SharedEntry } from './shared-entry.js';

/**
 * `agreed`: the ring has what is to be known of the file. `share`: it is to be told. `leave`: this server is still named as one that has what
 * is not in its file any more. `follow`: a client wrote or deleted what the file was told to be.
 */
export type Verdict = 'agreed' | 'share' | 'leave' | 'follow';

/** What is between a file and the newest version of its key. @param name of this server */
export function compare(entry: SharedEntry, version: LogRecord | undefined, name: string): Verdict {
  const { isTold, content, stamp } = entry;
  // Whoever is thought to be gone loses its files, and shares them again.
  if (version === undefined || version.kind === 'expire') return 'share';
  if (version.kind !== 'put') {
    if (version.modified < stamp.changedMs) return 'share';
    return isTold ? 'follow' : 'agreed';
  }
  const isMine = isSharedBy(version, name);
  if (version.digest === content.digest && version.size === content.size)
    return version.replicas === IN_DIRECTORY && !isMine ? 'share' : 'agreed';
  if (isMine && version.holders.length > 1) return 'leave';
  if (!isTold) return 'share';
  return version.replicas === IN_DIRECTORY ? 'agreed' : 'follow';
}

/** Whether it is a file that the server of this name shares. */
export function isSharedBy({ replicas, holders }: LogRecord, name: string): boolean {
  return replicas === IN_DIRECTORY && holders.includes(name);
}
