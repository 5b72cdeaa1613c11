import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import type { Environment } from './load.js';
import { ConfigError } from './mistake.js';

/**
 * The values of the `.env` file in `directory`, if there is one, overlaid by `variables`. A variable that is there but
 * empty hides the value of the file, which is how a value of the file is unset for one start.
 *
 * @throws ConfigError when there is a file that cannot be read
 */
export function readEnvironment(directory: string, variables: Environment = process.env): Environment {
  return { ...readEnvFile(join(directory, '.env')), ...variables };
}

function readEnvFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Environment;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError([
      `.env: ${path} cannot be read (${code ?? String(error)}); allowed: a readable file, or none`,
    ]);
  }
}
