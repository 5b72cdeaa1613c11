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
  const isConflict = isTold && entry.isConflict;
  // What was deleted so long ago that nobody remembers it does not come back by itself.
  if (version === undefined) return isTold && !isConflict ? 'agreed' : 'share';
  // Whoever is thought to be gone loses its files, and shares them again.
  if (version.kind === 'expire') return 'share';
  if (version.kind !== 'put') {
    if (isConflict || version.modified < stamp.changedMs) return 'share';
    return isTold ? 'follow' : 'agreed';
  }
  const isMine = isSharedBy(version, name);
  if (version.digest === content.digest && version.size === content.size)
    return version.replicas === IN_DIRECTORY && !isMine ? 'share' : 'agreed';
  if (isMine && version.holders.length > 1) return 'leave';
  if (isMine || !isTold) return 'share';
  if (isConflict) return 'agreed';
  // Another server's file may have taken the place of what a client wrote, or of this one while its server was thought to be gone.
  return version.replicas === IN_DIRECTORY ? 'share' : 'follow';
}

/** Whether it is a file that the server of this name shares. */
export function isSharedBy({ replicas, holders }: LogRecord, name: string): boolean {
  return replicas === IN_DIRECTORY && holders.includes(name);
}
