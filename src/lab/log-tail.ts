import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const tailBytes = 8_192;

/** The last lines of a log file, indented; empty when there is nothing to read. */
export function logTail(file: string, lines = 10): string {
  try {
    const fd = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(tailBytes);
      const from = Math.max(0, fstatSync(fd).size - tailBytes);
      const text = buffer.toString('utf8', 0, readSync(fd, buffer, 0, tailBytes, from));
      const found = text.split('\n').filter((line) => line.trim() !== '');
      return found
        .slice(-lines)
        .map((line) => `  ${line}`)
        .join('\n');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
