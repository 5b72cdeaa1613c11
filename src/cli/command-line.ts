import { type Command, InvalidArgumentError } from 'commander';

/** Adds examples to the help of a command: what to type, and what it does. */
export function withExamples(command: Command, examples: readonly (readonly [string, string])[]): void {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`.trimEnd());
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

export function toCount(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number above 0.');
}

export function toRevision(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

export function toSeconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It is a number of seconds above 0.');
}

/** Entity tags have quotes, which a shell takes away. */
export function toEtag(text: string): string {
  if (text === '*' || /^(W\/)?"[^"]*"$/.test(text)) return text;
  if (!/^[!#-~]+$/.test(text))
    throw new InvalidArgumentError('It is an entity tag, as ringlet ls --long shows it, or *.');
  return `"${text}"`;
}

/** Gathers `--meta name=value`, which may be given several times. */
export function toMeta(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('It is a name and a value, such as author=me.');
}
