/** The methods of `/objects/{key}` and `/bundles/{name}`, as in the header Allow. */
export const OF_OBJECTS = 'GET, HEAD, PUT, DELETE, OPTIONS';
/** Those of `/conflicts/{key}`. */
export const OF_CONFLICTS = 'GET, HEAD, DELETE, OPTIONS';
/** Those of a resource that is only read. */
export const OF_READING = 'GET, HEAD, OPTIONS';
/** Those that some resource or other has. */
export const EVERYWHERE = 'GET, HEAD, PUT, POST, DELETE, OPTIONS';

/** What to say of a target that could not be looked up, since the parser stopped before: nearly all are read only. */
export function allowedAt(target: string): string {
  if (/^\/(?:objects|bundles)\//.test(target)) return OF_OBJECTS;
  return target.startsWith('/conflicts/') ? OF_CONFLICTS : OF_READING;
}
