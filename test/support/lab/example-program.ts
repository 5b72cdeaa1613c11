import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { programDirectory, transpile } from './transpile.js';

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** One of the examples, as a process, with the programs that it uses in a directory of its own. */
export class ExampleProgram {
  private readonly directory: string;

  constructor(private readonly name: string) {
    this.directory = programDirectory(`${name}-`);
    transpile('src', this.directory);
    cpSync('examples', join(this.directory, 'examples'), { recursive: true });
  }

  /** Resolves when it has ended. `onOutput` is told all that it has said, whenever there is more. Throws when it left files behind. */
  async run(
    words: readonly string[],
    onOutput: (output: string) => void = () => undefined,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Ended> {
    const temporary = mkdtempSync(join(this.directory, 'tmp-'));
    const program = join(this.directory, 'examples', this.name, 'main.mjs');
    const child = spawn(process.execPath, [program, ...words], {
      env: { ...process.env, ...environment, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data) => onOutput((output += String(data))));
    child.stderr.on('data', (data) => (output += String(data)));
    const [code] = (await once(child, 'close')) as [number];
    const left = readdirSync(temporary);
    if (left.length > 0) throw new Error(`It left ${left.join(', ')} behind.`);
    return { code, output };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }
}
