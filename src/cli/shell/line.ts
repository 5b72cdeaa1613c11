/** A word of a line, without its quotes. */
export interface Word {
  readonly text: string;
  /** Where it begins in the line, its quote included. */
  readonly start: number;
}

export interface Line {
  readonly words: readonly Word[];
  /** A quote is not closed, or there is nothing behind the last backslash. */
  readonly isOpen: boolean;
}

const PLAIN = /^[\p{L}\p{N}_./:@%+,=~^-]+$/u;

/** Splits a line at its spaces, as shells do: quotes and backslashes keep those that belong to a word. */
export function parseLine(line: string): Line {
  const words: Word[] = [];
  let word: { text: string; start: number } | null = null;
  let quote = '';
  let isEscaped = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (word === null && letter.trim() !== '') words.push((word = { text: '', start: at }));
    if (word === null) continue;
    if (isEscaped) {
      word.text += letter;
      isEscaped = false;
    } else if (letter === '\\' && quote !== "'") isEscaped = true;
    else if (quote === '' ? letter === '"' || letter === "'" : letter === quote)
      quote = quote === '' ? letter : '';
    else if (quote === '' && letter.trim() === '') word = null;
    else word.text += letter;
  }
  return { words, isOpen: quote !== '' || isEscaped };
}

/** As one has to type it. */
export function quoteWord(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

/** The word that the cursor stands behind: empty behind a space. */
export function lastWord(line: string): Word {
  const { words, isOpen } = parseLine(line);
  const last = words.at(-1);
  const isBehind = !isOpen && /\s$/.test(line) && !/\\\s$/.test(line);
  return last === undefined || isBehind ? { text: '', start: line.length } : last;
}
