/** The file is not what LMDB writes: nothing in it is to be relied on, and LMDB must not map it. */
export class BrokenDatabase extends Error {
  override readonly name = 'BrokenDatabase';
}

export function broken(problem: string): BrokenDatabase {
  return new BrokenDatabase(problem);
}
