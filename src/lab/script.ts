import { createInterface } from 'node:readline';
import type { Execute, Screen } from './screen.js';

/** Plain output, for what is not a terminal. */
export const plainScreen = (output: NodeJS.WritableStream, errors: NodeJS.WritableStream): Screen => ({
  say: (text) => void output.write(`${text}\n`),
  complain: (text) => void errors.write(`${text}\n`),
});

/** Runs the lines one after another, each echoed, to the last one or `quit`. True when all of them were done. */
export async function runScript(
  input: NodeJS.ReadableStream,
  screen: Screen,
  execute: Execute,
): Promise<boolean> {
  let fine = true;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    screen.say(`> ${line.trim()}`);
    const result = await execute(line);
    if (result === 'quit') break;
    fine &&= result === 'done';
  }
  return fine;
}
