/** The first entry of every archive: what it is made of. */
export const MANIFEST = 'bundle.json';

const MOST_BYTES = 1024;
/** Control characters, halves of characters, and what separates folders elsewhere. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\\]/u;
const DRIVE = /^[a-z]:/i;

/** Whether whoever unpacks the archive anywhere gets a file below that place by this name, and only there. */
export function isSafePath(path: string): boolean {
  if (Buffer.byteLength(path) > MOST_BYTES || FORBIDDEN.test(path) || DRIVE.test(path)) return false;
  return path.split('/').every((segment) => !['', '.', '..'].includes(segment));
}

/** A name that cannot be beside the others: it is there twice, or is a folder of another one. Undefined when all can. */
export function clashIn(paths: readonly string[]): string | undefined {
  // With a slash at its end a folder comes right before what is in it.
  const sorted = [MANIFEST, ...paths].map((path) => `${path}/`).toSorted();
  return sorted.find((path, at) => sorted[at + 1]?.startsWith(path))?.slice(0, -1);
}
