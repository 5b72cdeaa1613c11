/** One wrong variable: its name, and what is allowed, in words that complete "allowed: …". */
export interface Mistake {
  readonly name: string;
  readonly allowed: string;
}

const MAX_SHOWN_CHARACTERS = 200;

/** Refuses a start. It holds one line for each mistake, all of them at once, and never the value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** @param mistakes lines such as `PORT: given "80x"; allowed: a whole number from 0 to 65535` */
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

/** Quotes a value so that it stays on one line, is of bounded length, and shows no password of a URL. */
export function quoteGiven(text: string): string {
  const shown = text.replaceAll(/\/\/[^/\s]*@/g, '//(hidden)@');
  const cut = shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}…` : shown;
  return JSON.stringify(cut);
}
