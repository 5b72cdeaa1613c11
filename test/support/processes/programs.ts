import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Programs } from '../../../src/lab/spawn.js';

/** The servers that are started: those of `dist`, or of the folder that RINGLET_CHAOS_DIST names. */
export function findPrograms(): Omit<Programs, 'directory'> {
  const built = resolve(process.env['RINGLET_CHAOS_DIST'] ?? 'dist');
  const server = join(built, 'main.js');
  if (!existsSync(server)) throw new Error(`${server} is not there: npm run build makes it.`);
  const leash = pathToFileURL(join(built, 'lab', 'leash.js')).href;
  return { server, nodeArguments: ['--import', leash] };
}
