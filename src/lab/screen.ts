/** Where the lab's lines go. */
export interface Screen {
  say(text: string): void;
  /** For failures. */
  complain(text: string): void;
}

/** Takes one line and says whether it was done and whether it was the last. */
export type Execute = (line: string) => Promise<'done' | 'failed' | 'quit'>;
