import { RingletError } from './error.js';

const MAX_KEY_BYTES = 1024;
const CONTROL = /\p{Cc}/u;

/**
 * Where an object is. Every character of its key that could mean something else in a URL is encoded, the slashes too.
 *
 * @param resource such as `/objects`
 * @throws RingletError of kind `usage`
 */
export function pathOf(resource: string, key: string): string {
  if (key === '') throw bad('key_empty', 'The key is empty: give the object a name.');
  if (CONTROL.test(key))
    throw bad('key_control_character', `The key ${JSON.stringify(key)} has a control character.`);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw bad(
      'key_too_long',
      `The key ${JSON.stringify(`${key.slice(0, 32)}…`)} is longer than ${MAX_KEY_BYTES} bytes.`,
    );
  try {
    return `${resource}/${encodeURIComponent(key)}`;
  } catch {
    throw bad('key_encoding', `The key ${JSON.stringify(key)} has half a character: it is no text.`);
  }
}

/** A query without what is not given. */
export function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const pairs = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function bad(code: string, sentence: string): RingletError {
  return new RingletError('usage', code, sentence);
}
