import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/** For cases that need these programs: where one is missing they are skipped, and counted as that. */
export function describeWith(...programs: readonly string[]): typeof describe.skip {
  return programs.every(isInstalled) ? describe : describe.skip;
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
