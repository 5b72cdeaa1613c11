import type { Argument, Command, Option } from 'commander';

/** What only a ring or a disk knows. Each may answer with nothing. */
export interface Sources {
  keys(prefix: string): Promise<readonly string[]>;
  bundles(prefix: string): Promise<readonly string[]>;
  servers(): Promise<readonly string[]>;
  files(prefix: string): Promise<readonly string[]>;
}

/** Where in a command line the last word stands. */
interface Position {
  readonly command: Command;
  /** Of the command, before it. */
  readonly given: number;
  /** An option that waits for its value. */
  readonly option: Option | undefined;
}

/** What the last word may become; one that ends with `/` goes on. `words`: without the name of the program. */
export async function candidates(
  program: Command,
  words: readonly string[],
  sources: Sources,
): Promise<string[]> {
  const last = words.at(-1) ?? '';
  const { command, given, option } = positionOf(program, words.slice(0, -1));
  if (option !== undefined) return [];
  if (last.startsWith('-')) return startingWith(last, optionsOf(command));
  const names = given === 0 ? namesOf(command) : [];
  const argument = argumentAt(command, given);
  const found = argument === undefined ? [] : await valuesOf(argument, last, sources);
  return startingWith(last, [...names, ...found]);
}

function positionOf(program: Command, words: readonly string[]): Position {
  let position: Position = { command: program, given: 0, option: undefined };
  for (const word of words) position = after(position, word);
  return position;
}

function after({ command, given, option }: Position, word: string): Position {
  if (option !== undefined) return { command, given, option: undefined };
  if (word.startsWith('-')) {
    const known = allOptions(command).find(({ long, short }) => word === long || word === short);
    const isWaiting = known?.required === true || known?.optional === true;
    return { command, given, option: isWaiting ? known : undefined };
  }
  const next = given === 0 ? command.commands.find((own) => namesAt(own).includes(word)) : undefined;
  return next === undefined
    ? { command, given: given + 1, option }
    : { command: next, given: 0, option: undefined };
}

/** That of a command which another one stands for when its own word is left out comes with it. */
function argumentAt(command: Command, given: number): Argument | undefined {
  const own = command.commands.find((each) => each.name() === 'list') ?? command;
  const all = own.registeredArguments;
  const last = all.at(-1);
  return all[given] ?? (last?.variadic === true ? last : undefined);
}

async function valuesOf(argument: Argument, prefix: string, sources: Sources): Promise<readonly string[]> {
  if (argument.argChoices !== undefined) return argument.argChoices;
  switch (argument.name()) {
    case 'key':
    case 'prefix':
      return sources.keys(prefix);
    case 'bundle':
      return sources.bundles(prefix);
    case 'server':
      return sources.servers();
    case 'file':
      return sources.files(prefix);
    default:
      return [];
  }
}

function namesOf(command: Command): string[] {
  if (command.commands.length === 0) return [];
  return command.createHelp().visibleCommands(command).flatMap(namesAt);
}

function namesAt(command: Command): string[] {
  return [command.name(), ...command.aliases()];
}

function optionsOf(command: Command): string[] {
  return allOptions(command).flatMap(({ long }) => long ?? []);
}

function allOptions(command: Command): Option[] {
  const help = command.createHelp();
  const parents = command.parent === null ? [] : allOptions(command.parent);
  return [...help.visibleOptions(command), ...parents];
}

function startingWith(start: string, words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => word.startsWith(start));
}
