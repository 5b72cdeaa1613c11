/** Bodies that tell which write they are of, and that can be made again to be compared. */
import { createHash } from 'node:crypto';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const SMALLEST = 64;
const SMALL_SPREAD = 4 * KIBIBYTE;
/** Keys of large bodies begin so. */
export const LARGE = 'large-';

/** @param {string} key @param {number} count of the write, within the key @returns {Buffer} */
export function bodyOf(key, count) {
  const digest = createHash('sha256').update(`${key} ${count}`).digest();
  const share = digest.readUInt32LE(0) / 2 ** 32;
  const size = isLarge(key)
    ? Math.floor(MEBIBYTE + share * 3 * MEBIBYTE)
    : SMALLEST + key.length + Math.floor(share * SMALL_SPREAD);
  const body = Buffer.alloc(size, digest);
  body.write(`${key} ${count}\n`);
  return body;
}

/** @param {string} key */
export const isLarge = (key) => key.includes(LARGE);

/** @param {string} key @param {Buffer} body @returns {number | undefined} the count of the write whose body this is, byte for byte */
export function countOf(key, body) {
  const end = body.indexOf('\n');
  const count = Number(body.toString('utf8', key.length + 1, end));
  return end > 0 && Number.isInteger(count) && body.equals(bodyOf(key, count)) ? count : undefined;
}
