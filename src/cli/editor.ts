import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Context } from './context.js';
import { Failure } from './failure.js';

const DEFAULT_EDITOR = 'vi';

/** Opens a file in the user's editor and waits for its end. @throws Failure */
export async function edit(file: string, context: Context): Promise<void> {
  const { environment, lendTerminal = (run) => run() } = context;
  const editor = environment['VISUAL'] || environment['EDITOR'] || DEFAULT_EDITOR;
  const code = await lendTerminal(() => runEditor(editor, file));
  if (code !== 0)
    throw new Failure(
      `The editor (${editor}) ended with ${code}, and nothing was sent: set VISUAL or EDITOR to one that works.`,
    );
}

/** The variable is a command with arguments, as the shell reads it: `code --wait`. */
async function runEditor(editor: string, file: string): Promise<number | string> {
  const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return code ?? signal ?? 1;
}
