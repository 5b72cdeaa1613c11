export interface TarFile {
  readonly path: string;
  readonly bytes: Buffer;
}

const BLOCK_BYTES = 512;

/** Reads an archive by itself: what its writer has wrong, this does not have wrong in the same way. Checks sums, padding and end. */
export function readTar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  let extended = new Map<string, string>();
  let at = 0;
  for (; archive[at] !== 0;) {
    const head = archive.subarray(at, at + BLOCK_BYTES);
    check(head);
    const size = Number(extended.get('size') ?? Number.parseInt(textAt(head, 124, 12), 8));
    const bytes = archive.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + size);
    if (bytes.length !== size) throw new Error('a file is cut off');
    at += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    const kind = textAt(head, 156, 1);
    if (kind === 'x') extended = recordsIn(bytes);
    else {
      files.push({ path: extended.get('path') ?? textAt(head, 0, 100), bytes });
      extended = new Map();
    }
  }
  if (!archive.subarray(at).equals(Buffer.alloc(2 * BLOCK_BYTES))) throw new Error('the end is no end');
  return files;
}

function check(head: Buffer): void {
  const blank = Buffer.from(head).fill(' ', 148, 156);
  const sum = blank.reduce((total, byte) => total + byte, 0);
  if (Number.parseInt(textAt(head, 148, 8), 8) !== sum) throw new Error('a sum is wrong');
  if (head.toString('latin1', 257, 265) !== 'ustar\x0000') throw new Error('it is no ustar');
}

function recordsIn(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const [digits = ''] = /^\d+/.exec(bytes.toString('latin1', at, at + 16)) ?? [];
    const end = at + Number(digits);
    const [name = '', ...value] = bytes.toString('utf8', at + digits.length + 1, end - 1).split('=');
    if (bytes[end - 1] !== 0x0a) throw new Error('a pax record has a wrong length');
    records.set(name, value.join('='));
    at = end;
  }
  return records;
}

function textAt(bytes: Buffer, start: number, length: number): string {
  const text = bytes.toString('latin1', start, start + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
