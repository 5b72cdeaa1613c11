/** What a reader allows and forbids (RFC 9111, 5.2.1). */
export interface ReadWish {
  /** An answer that this server cannot vouch for will do. */
  readonly allowsStale: boolean;
  /** No other server may be asked. */
  readonly onlyHere: boolean;
}

/** One directive, whose argument may be quoted, and then have commas. */
const DIRECTIVE = /[^,"]+(?:"(?:[^"\\]|\\.)*"[^,"]*)*/g;
const MAX_CHARACTERS = 1024;

const STRICT: ReadWish = Object.freeze({ allowsStale: false, onlyHere: false });

/**
 * Reads Cache-Control. How stale an answer may be, in seconds, is not judged, as nobody can tell how old an unvouched
 * answer is; `max-stale=0` allows none. Unknown directives are ignored.
 */
export function readWish(cacheControl: string | undefined): ReadWish {
  if (cacheControl === undefined || cacheControl.length > MAX_CHARACTERS) return STRICT;
  const directives = [...cacheControl.matchAll(DIRECTIVE)].map(([text]) => text.trim().toLowerCase());
  return {
    allowsStale: directives.some((directive) => directive === 'max-stale' || isPositive(directive)),
    onlyHere: directives.includes('only-if-cached'),
  };
}

function isPositive(directive: string): boolean {
  return /^max-stale="?\d{1,9}"?$/.test(directive) && /[1-9]/.test(directive);
}
