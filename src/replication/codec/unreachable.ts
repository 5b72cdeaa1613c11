/** For the `default` of an exhaustive switch: the compiler proves that it is not reached. */
export function unreachable(value: never): never {
  throw new RangeError(`${String(value)} is of no known kind.`);
}
