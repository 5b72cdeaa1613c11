/** What follows a name: a value, parameters. Quoted strings may have the characters that part preferences. */
const PREFERENCE = /\s*(?<name>[!#$%&'*+\-.^_`|~\w]+)(?:[^",]|"(?:[^"\\]|\\.)*")*(?:,|$)/gy;
const MAX_CHARACTERS = 1024;

/**
 * Whether `Prefer` has this preference, which is a name without a value (RFC 7240, 2). A preference is a wish: what
 * cannot be read, or is not known, is passed over.
 */
export function prefers(header: string | string[] | undefined, preference: string): boolean {
  if (header === undefined) return false;
  const text = String(header);
  if (text.length > MAX_CHARACTERS) return false;
  return [...text.matchAll(PREFERENCE)].some(({ groups }) => groups!['name']!.toLowerCase() === preference);
}
