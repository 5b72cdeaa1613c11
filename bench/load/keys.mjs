/** The keys of a run: of one length, so that a request can be patched instead of built. */

const DIGITS = 6;

/** @param {number} number */
export const keyOf = (number) => `bench-${String(number).padStart(DIGITS, '0')}`;

/**
 * Every connection goes through all keys, each from another one on.
 * @param {import('./types.mjs').LoadSpec} spec
 * @param {number} index
 * @returns {() => number}
 */
export function keySequence(spec, index) {
  let next = (index * 61) % spec.keys;
  return () => {
    const number = next;
    next = (next + 1) % spec.keys;
    return number;
  };
}

/**
 * All requests of a spec, built once per generator process and dialogue: sending one is then a single write.
 * @param {import('./types.mjs').LoadSpec} spec
 * @param {(key: string, body: Buffer) => Buffer} build
 * @returns {Buffer[]}
 */
export function requestsOf(spec, build) {
  const body = Buffer.alloc(spec.bodyBytes, 'ringlet ');
  return Array.from({ length: spec.keys }, (_, number) => build(keyOf(number), body));
}

/**
 * The first of the `connections` dialogues of a slice builds, the others share.
 * @template T
 * @param {(spec: import('./types.mjs').LoadSpec) => T} build
 */
export function sharedPerSpec(build) {
  /** @type {WeakMap<object, T>} */
  const known = new WeakMap();
  return (/** @type {import('./types.mjs').LoadSpec} */ spec) => {
    let value = known.get(spec);
    if (value === undefined) known.set(spec, (value = build(spec)));
    return value;
  };
}
