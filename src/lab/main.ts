import { Command, CommanderError } from 'commander';
import { describeLab, type GivenOptions, readOptions } from './options.js';
import { runLab } from './run.js';

const call = 'npm run lab --';
const wrongUsage = 2;

/** `npm run lab`; `ringlet lab` is the same. */
const program = describeLab(new Command(call), call)
  .exitOverride()
  .configureOutput({ outputError: (text) => console.error(sentenceOf(text)) })
  .action(async (word: string | undefined, given: GivenOptions) => {
    const read = readOptions(word, given, process.env);
    if (read.kind === 'run') return runLab(read.options);
    console.error(read.sentence);
    process.exitCode = wrongUsage;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : wrongUsage;
}

/** `error: unknown option '--x'` as people write. */
function sentenceOf(text: string): string {
  const said = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\.$/, '')
    .replaceAll(/\s+/g, ' ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}; see ${call} --help.`;
}
