import { timeOfDay } from './clock.js';
import { onEnd } from './ending.js';
import type { Lab } from './lab.js';
import { openLab } from './open.js';
import type { LabOptions } from './options.js';
import { takenSentence } from './ports.js';
import type { Screen } from './screen.js';
import { plainScreen, runScript } from './script.js';
import { Session } from './session.js';
import { Terminal } from './terminal.js';
import { completions } from './words.js';

const dim = (text: string) => `\u001B[2m${text}\u001B[22m`;

/** Runs the lab on this process's terminal, or what its input is else, and ends the process with its exit code. */
export async function runLab(options: LabOptions): Promise<void> {
  const taken = await takenSentence(options.ports);
  if (taken !== undefined) return refuse(taken);

  let lab: Lab | undefined;
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const complete = (line: string) => (lab ? completions(lab, line) : []);
  const terminal = onTerminal
    ? new Terminal(process.stdin, process.stdout, complete, () => leave(0))
    : undefined;
  const screen: Screen = terminal ?? plainScreen(process.stdout, process.stderr);
  const isColoured = onTerminal && !process.env['NO_COLOR'];
  const stamp = () => (isColoured ? dim(timeOfDay()) : timeOfDay());
  try {
    lab = openLab(options, {
      say: (text) => screen.say(text),
      tell: (event) => screen.say(`${stamp()}  ${event}`),
    });
  } catch (error) {
    terminal?.close();
    return refuse(unusableSentence(options.dataDirectory, error as Error));
  }
  const session = new Session(lab, screen);
  onEnd((code) => leave(code));

  const started = await session.start(options.ports);
  if (started === 'failed') return exit(await session.end(1));
  if (terminal) {
    await terminal.run(session.execute);
    return exit(await session.end(0));
  }
  const fine = await runScript(process.stdin, screen, session.execute);
  exit(await session.end(fine && started === 'ready' && !lab.troubled ? 0 : 1));

  function leave(code: number): void {
    void session.interrupt(code).then(exit);
  }

  function exit(code: number): void {
    terminal?.close();
    process.exit(code);
  }
}

const unusableSentence = (directory: string | undefined, { message }: Error): string =>
  `The directory ${directory ?? 'for logs'} cannot be used (${message}): name another with ${directory ? '--data-dir' : 'TMPDIR'}.`;

function refuse(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}
