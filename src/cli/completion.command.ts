import { Argument, type Command } from 'commander';

import { withExamples } from './command-line.js';
import { candidates, type Sources } from './completion/candidates.js';
import { SCRIPTS, type Shell } from './completion/scripts.js';
import { sourcesOf } from './completion/sources.js';
import { connect } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { write } from './output.js';
import { parseLine, lastWord } from './shell/line.js';

export function addCompletion(program: Command, context: Context): void {
  const command = program
    .command('completion')
    .description('print a script that lets a shell complete words, options, keys and servers')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => write(context, SCRIPTS[shell]));
  withExamples(command, [
    ['source <(ringlet completion bash)', 'in ~/.bashrc'],
    ['source <(ringlet completion zsh)', 'in ~/.zshrc, below compinit'],
  ]);
}

/** What those scripts ask: the words up to the cursor, or the line as it was typed. */
export function addComplete(program: Command, context: Context): void {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .option('--line <line>')
    .action((words: string[], { line }: { line?: string }) =>
      complete(program, line === undefined ? words : wordsIn(line), context),
    );
}

/** Without the name of the program. */
function wordsIn(line: string): string[] {
  const last = lastWord(line);
  const before = parseLine(line.slice(0, last.start)).words.map(({ text }) => text);
  return [...before.slice(1), last.text];
}

async function complete(program: Command, words: readonly string[], context: Context): Promise<void> {
  const found = await withSources(optionsIn(words), context, (sources) =>
    candidates(program, words, sources),
  );
  await write(context, found.map((word) => `${word}\n`).join(''));
}

/** Files are what shells complete by themselves. */
async function withSources(
  options: CommonOptions,
  context: Context,
  run: (sources: Sources) => Promise<string[]>,
): Promise<string[]> {
  const client = await connect(context, options);
  try {
    return await run({ ...sourcesOf(client), files: () => Promise.resolve([]) });
  } finally {
    client.close();
  }
}

/** The keys are those of the servers that the line is about. */
function optionsIn(words: readonly string[]): CommonOptions {
  const valueOf = (name: string): string | undefined =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  return { server: valueOf('--server'), token: valueOf('--token') };
}
