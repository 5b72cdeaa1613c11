import { basename } from 'node:path';

import { lookup } from 'mime-types';

import {
  etagOf,
  IN_DIRECTORY,
  type LogRecord,
  NO_OPERATION,
  type Operation,
  UNCONDITIONAL,
} from '../replication/index.js';
import type { SharedEntry } from './shared-entry.js';

/** Of an object that the file was a copy of, it may take the place; what others share as well stays theirs. */
export function sharing(
  key: string,
  { content, former }: SharedEntry,
  version: LogRecord | undefined,
): Operation {
  const isObject = version?.kind === 'put' && version.replicas !== IN_DIRECTORY;
  const wasCopy = isObject && version.digest === former;
  const condition = wasCopy ? ({ kind: 'match', etags: [etagOf(version)] } as const) : UNCONDITIONAL;
  const { size, digest } = content;
  const type = lookup(basename(key)) || '';
  return { ...OF_FILE, kind: 'put', key, condition, type, size, digest };
}

/** The file is not there any more, or holds something else. */
export function withdrawal({ key, digest }: LogRecord): Operation {
  return { ...OF_FILE, key, digest };
}

const OF_FILE: Operation = { ...NO_OPERATION, replicas: IN_DIRECTORY };
