import { Problem } from '../http/index.js';

const PREFIX = '/objects/';
export const MAX_KEY_BYTES = 1024;
/** Keys that stand in the URL just as they are: visible ASCII without what has a meaning of its own there. */
const PLAIN = /^[!"$&-~]+$/;
const PERCENT = 0x25;
/** What no key has: both sets of control characters, C0 with DEL and C1. */
export const CONTROL_CHARACTER = /\p{Cc}/u;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The key that a request target names. It is cut out of the raw target, so that nothing in it is taken for a path:
 * `..`, `//` and `%2F` are ordinary parts of a key.
 *
 * @param prefix what stands before it
 * @throws Problem
 */
export function keyOf(target: string, prefix = PREFIX): string {
  const path = pathOf(target);
  const raw = path.slice(prefix.length);
  if (raw.length <= MAX_KEY_BYTES && PLAIN.test(raw)) return raw;
  return checkedKey(decodeComponent(raw));
}

/** The path of a request target, without the query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function checkedKey(bytes: Buffer | null): string {
  if (bytes === null) throw new Problem('key_encoding');
  if (bytes.length === 0) throw new Problem('key_empty');
  if (bytes.length > MAX_KEY_BYTES) throw new Problem('key_too_long');
  const key = toText(bytes);
  if (CONTROL_CHARACTER.test(key)) throw new Problem('key_control_character');
  return key;
}

function toText(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Problem('key_encoding');
  }
}

/** Null when a percent sign is not followed by two hexadecimal digits, or when there is a fragment. */
function decodeComponent(raw: string): Buffer | null {
  if (raw.includes('#')) return null;
  const bytes = Buffer.from(raw, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at]!;
    if (byte === PERCENT) {
      byte = hexPair(raw, at + 1);
      if (byte < 0) return null;
      at += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function hexPair(text: string, at: number): number {
  const pair = text.slice(at, at + 2);
  return /^[0-9a-f]{2}$/i.test(pair) ? Number.parseInt(pair, 16) : -1;
}
