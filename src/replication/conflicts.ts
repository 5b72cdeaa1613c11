/**
 * What lost when a ring that was cut apart came together again is kept as an object of its own, under a key that no client can
 * use: so it is replicated, counted, sent to newcomers and deleted like every other.
 */
const PREFIX = '\u0000conflicts/';
const END = '\u0000';
/** The first key that clients may use comes after all of these. */
export const FIRST_KEY = '\u0001';
/** More are not kept: the oldest goes for the newest. */
export const MOST_CONFLICTS = 10_000;

/** @param revision of the record that keeps it, which makes several of one key different */
export function conflictKey(key: string, revision: number): string {
  return `${conflictsOf(key)}${revision}`;
}

/** What the keys of all conflicts of `key` begin with; of all conflicts, when none is given. */
export function conflictsOf(key?: string): string {
  return key === undefined ? PREFIX : `${PREFIX}${key}${END}`;
}

export function isConflict(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** The object that a record is about, be it the object or what lost against it. */
export function subjectOf(key: string): string {
  return isConflict(key) ? key.slice(PREFIX.length, key.lastIndexOf(END)) : key;
}
