/** What the rows about large bodies have in common. */
import { PATH } from '../contenders/ring.mjs';
import { MEBIBYTE } from '../system/proc.mjs';

/** What the figures are about. */
export const FULL_BYTES = 256 * MEBIBYTE;

/** Of the code of both sides, before anything is measured. */
const WARM_BYTES = 64 * 1024;
const WARM_UPS = 20;
const REASON_CHARACTERS = 80;

/** @param {number | undefined} port */
export const urlOf = (port) => `http://127.0.0.1:${port}${PATH}bench-large`;

/**
 * @param {import('../load/uploader.mjs').Uploader} uploader
 * @param {string} url
 */
export async function warm(uploader, url) {
  for (let count = 0; count < WARM_UPS; count++) await put(uploader, url, WARM_BYTES);
}

/**
 * @param {import('../load/uploader.mjs').Uploader} uploader
 * @param {string} url
 * @param {number} bytes
 * @returns {Promise<number>} milliseconds
 */
export async function put(uploader, url, bytes) {
  const { status, ms, text } = await uploader.put(url, bytes);
  if (status === 201 || status === 204) return ms;
  throw new Error(`PUT of ${bytes} bytes was answered ${status} ${codeOf(text)}`);
}

/**
 * @param {import('../load/uploader.mjs').Uploader} uploader
 * @param {string} url
 * @param {number} bytes
 * @returns {Promise<string | undefined>} why a body of this size cannot be measured
 */
export async function refusal(uploader, url, bytes) {
  try {
    await put(uploader, url, bytes);
    return undefined;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * What was found with another body is printed and not judged.
 * @param {import('./types.mjs').Context} context
 * @param {import('./types.mjs').Finding[]} findings
 */
export function ofFullSize({ bodyBytes }, findings) {
  if (bodyBytes === FULL_BYTES) return findings;
  const errors = `with --body-mib ${bodyBytes / MEBIBYTE}, not ${FULL_BYTES / MEBIBYTE}`;
  return findings.map((finding) => ({ ...finding, errors: finding.errors ?? errors }));
}

/** @param {string} text of a problem */
function codeOf(text) {
  try {
    return JSON.parse(text).code;
  } catch {
    return text.slice(0, REASON_CHARACTERS);
  }
}
