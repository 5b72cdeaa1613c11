import { Config } from './environment.js';
import { variablesOf, type Variable } from './variable.js';

const LINE_CHARACTERS = 100;
const HEADER =
  'Every setting of a server, with its default. Copy this file to .env and change what you need; a variable of the ' +
  'environment wins over the file. An empty value counts as not set.';

/** The text of `.env.example`. A spec keeps the file equal to it. */
export function renderExample(): string {
  return [comment(HEADER), ...variablesOf(Config).map(section)].join('\n');
}

function section(variable: Variable): string {
  const { name, about, allowed } = variable;
  return `${comment(about)}${comment(`Allowed: ${allowed}.`)}${name}=${variable.default ?? ''}\n`;
}

function comment(text: string): string {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > LINE_CHARACTERS) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line, ''].join('\n');
}
