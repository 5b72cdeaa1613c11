import type { Message } from '../messages.js';

/** Raised whenever the bytes of any message change; two versions do not talk to each other. */
export const FORMAT_VERSION = 7;

/** The first byte of each message. A number that was once given is never given again. */
export const KIND_CODES = {
  submit: 1,
  append: 2,
  stored: 3,
  watermark: 4,
  heartbeat: 5,
  lookup: 6,
  found: 7,
  invite: 8,
  prepare: 9,
  accept: 10,
  install: 11,
  probe: 12,
  'probe-answer': 13,
  join: 14,
  'join-refused': 15,
  state: 16,
  'state-answer': 17,
  'blob-open': 18,
  'blob-want': 19,
  'blob-piece': 20,
  'blob-progress': 21,
  'blob-refused': 22,
  'blob-live': 23,
} as const satisfies Record<Message['kind'], number>;

/** The kind for each first byte. */
export const KINDS_BY_CODE: ReadonlyArray<Message['kind'] | undefined> = kindsByCode();

/** Bytes of the smallest message, its kind included: what a count of messages is checked against. */
export const MIN_MESSAGE_BYTES = 3;

/** Ids, revisions, requests, sizes and parts are unsigned integers of 48 bits. */
export const MAX_UINT48 = 2 ** 48 - 1;

/** Bodies below this are copied out of the payload: a small object must not keep a whole batch in memory. */
export const SHARED_BODY_MIN_BYTES = 32 * 1024;

function kindsByCode(): Array<Message['kind'] | undefined> {
  const kinds: Array<Message['kind'] | undefined> = [];
  for (const [kind, code] of Object.entries(KIND_CODES)) kinds[code] = kind as Message['kind'];
  return kinds;
}
