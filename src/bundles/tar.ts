const BLOCK_BYTES = 512;
/** What ustar has room for: eleven octal digits of a size or a time, and a name. */
const MOST_SIZE = 0o77777777777;
const MOST_SECONDS = MOST_SIZE;
const MOST_NAME_CHARACTERS = 100;
const PLAIN = /^[ -~]+$/;
const FILE = '0';
const EXTENDED = 'x';
const MODE = 0o644;
const SECOND_MS = 1000;

const CHECKSUM_AT = 148;
const BLANK_CHECKSUM = ' '.repeat(8);
const MAGIC = 'ustar\x0000';

/** Two blocks of zeros are behind the last entry (POSIX.1-2017, pax, ustar interchange format). */
export const END_OF_ARCHIVE: Uint8Array = Buffer.alloc(2 * BLOCK_BYTES);

export interface Entry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** What goes before the bytes of a file: one block, and before it a pax header for what that has no room for. */
export function headOf({ path, size, modified }: Entry): Buffer {
  // Another island may tell any date.
  const seconds = Math.min(Math.max(0, Math.floor(modified / SECOND_MS)), MOST_SECONDS);
  const extensions: string[] = [];
  if (path.length > MOST_NAME_CHARACTERS || !PLAIN.test(path)) extensions.push(extension('path', path));
  if (size > MOST_SIZE) extensions.push(extension('size', String(size)));
  const name = path.replaceAll(/[^ -~]/g, '_').slice(-MOST_NAME_CHARACTERS);
  const own = block(name, Math.min(size, MOST_SIZE), seconds, FILE);
  if (extensions.length === 0) return own;
  const more = Buffer.from(extensions.join(''));
  return Buffer.concat([
    block('PaxHeader', more.length, seconds, EXTENDED),
    more,
    paddingOf(more.length),
    own,
  ]);
}

/** What goes behind the bytes of a file. */
export function paddingOf(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

function block(name: string, size: number, seconds: number, kind: string): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  bytes.write(name, 0, 'latin1');
  const numbers = [octal(MODE, 7), octal(0, 7), octal(0, 7), octal(size, 11), octal(seconds, 11)];
  bytes.write(numbers.join('') + BLANK_CHECKSUM + kind, MOST_NAME_CHARACTERS, 'latin1');
  bytes.write(MAGIC, 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)} `, CHECKSUM_AT, 'latin1');
  return bytes;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

/** `LENGTH NAME=VALUE` and a newline, where the length counts its own digits. */
function extension(name: string, value: string): string {
  const rest = Buffer.byteLength(` ${name}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length++;
  return `${length} ${name}=${value}\n`;
}
