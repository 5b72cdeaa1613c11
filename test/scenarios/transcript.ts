/** A block of a transcript: commands, `----`, and what they say. Blocks are parted by empty lines; `#` begins a comment line. */
export interface Block {
  readonly comments: readonly string[];
  readonly commands: readonly string[];
  readonly expected: readonly string[];
}

const DIVIDER = '----';

export function parse(text: string): Block[] {
  return text
    .split(/\n{2,}/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map(blockOf);
}

/** The transcript with what was really said. */
export function print(blocks: readonly Block[], said: readonly (readonly string[])[]): string {
  return blocks
    .map(({ comments, commands }, index) => {
      const divided = commands.length === 0 ? [] : [DIVIDER];
      return [...comments, ...commands, ...divided, ...said[index]!].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}

function blockOf(lines: readonly string[]): Block {
  const divider = lines.indexOf(DIVIDER);
  const before = divider < 0 ? lines : lines.slice(0, divider);
  return {
    comments: before.filter((line) => line.startsWith('#')),
    commands: before.filter((line) => !line.startsWith('#')),
    expected: divider < 0 ? [] : lines.slice(divider + 1),
  };
}
