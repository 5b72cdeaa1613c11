import type { Command } from 'commander';

import { describeLab, type GivenOptions, readOptions, runLab } from '../lab/index.js';
import { EXIT, Failure } from './failure.js';

/** The same as `npm run lab`. It ends the process itself, and its servers before that. */
export function addLab(program: Command): void {
  describeLab(program.command('lab'), 'ringlet lab').action(
    async (word: string | undefined, given: GivenOptions) => {
      const read = readOptions(word, given, process.env);
      if (read.kind === 'wrong') throw new Failure(read.sentence, EXIT.usage);
      await runLab(read.options);
    },
  );
}
