import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The file that a server leaves in its DATA_DIR as soon as it is started. */
const markOfAServer = 'ringlet.json';

/** A server's lasting name, by which it also finds its data again. */
export const nameOf = (port: number): string => `lab-${port}`;

/** Whether a server of that name was started there before. */
export const hasData = (directory: string, name: string): boolean =>
  existsSync(join(directory, name, markOfAServer));

/** The ports of the servers that have data in the directory, the highest first. */
export function portsKeptIn(directory: string): number[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => hasData(directory, name));
  const ports = names.flatMap((name) => /^lab-(\d{1,5})$/.exec(name)?.[1] ?? []).map(Number);
  return ports.toSorted((a, b) => b - a);
}
