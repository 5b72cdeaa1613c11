const BLOCK_BYTES = 512;

/** The names of the files in a tar archive (ustar) with names that are short and plain. */
export function filesIn(archive) {
  const names = [];
  for (let at = 0; archive[at] !== 0;) {
    names.push(archive.toString('latin1', at, at + 100).replace(/\0.*$/s, ''));
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    at += BLOCK_BYTES * (1 + Math.ceil(size / BLOCK_BYTES));
  }
  return names;
}
