const BLOCK_BYTES = 512;

/** The names of the files in a tar archive (ustar) with names that are short and plain. Throws when it is cut off, or none. */
export function filesIn(archive) {
  const names = [];
  for (let at = 0; archive[at] !== 0;) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    const end = at + BLOCK_BYTES * (1 + Math.ceil(size / BLOCK_BYTES));
    if (!(size >= 0 && end < archive.length))
      throw new Error('The archive is cut off, or is no tar archive.');
    names.push(archive.toString('latin1', at, at + 100).replace(/\0.*$/s, ''));
    at = end;
  }
  return names;
}
