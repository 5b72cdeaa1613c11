import { isUtf8 } from 'node:buffer';

import { CONTROL_CHARACTER, MAX_KEY_BYTES } from '../objects/index.js';

/** Why a file of this name cannot be an object; null when it can. */
export function keyProblem(prefix: string, name: Buffer): string | null {
  if (!isUtf8(name)) return 'has a name that is not UTF-8';
  if (CONTROL_CHARACTER.test(name.toString())) return 'has a control character in its name';
  if (Buffer.byteLength(prefix) + name.length > MAX_KEY_BYTES)
    return `has a path of more than ${MAX_KEY_BYTES} bytes`;
  return null;
}

/** Whether a path is that of a directory, '' for the root, or of something in it. */
export function isUnder(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}
