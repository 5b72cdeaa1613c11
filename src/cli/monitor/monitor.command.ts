/*
 * `ringlet monitor`: a ring as it lives. `feed.ts` brings in what servers tell: the events of one of them, and what each says of
 * itself once a second. `step.ts` makes of it what is known and what has happened (`round-step.ts`, `event-step.ts`, `rows.ts`,
 * `differences.ts`); `frame.ts`, `table.ts` and `words.ts` make that into lines, `canvas.ts` brings them to a terminal.
 *
 * What is between the feed and the canvas is pure. It asks and never tells: no server does anything because of a monitor.
 */
import type { Writable } from 'node:stream';

import { type Command, InvalidArgumentError } from 'commander';

import { withExamples } from '../command-line.js';
import { connect } from '../connect.js';
import type { CommonOptions, Context } from '../context.js';
import { isCapable, wantsColours } from '../look.js';
import { type Keyboard, listenForEnd } from './keys.js';
import { monitor } from './monitor.js';
import { JsonView, type Output, PlainView } from './plain-view.js';
import { type Screen, ScreenView } from './screen-view.js';
import type { View } from './view.js';

const SECOND_MS = 1000;
const LEAST_SECONDS = 0.2;
const MOST_SECONDS = 60;

interface Options extends CommonOptions {
  /** Seconds. */
  readonly interval: number;
}

export function addMonitor(program: Command, context: Context): void {
  const command = program
    .command('monitor')
    .description('show the ring live: its servers, their heartbeats, and what happens')
    .option('--interval <seconds>', 'how often each server is asked how it is', toInterval, 1)
    .action((_options: Options, self: Command) => {
      const { lendTerminal = (show) => show() } = context;
      return lendTerminal(() => run(self.optsWithGlobals(), context));
    });
  withExamples(command, [
    ['ringlet monitor', 'until q or Ctrl+C'],
    ['ringlet monitor | tee ring.log', 'what happens, a line each'],
    ['ringlet monitor --json | jq -c \'select(.event == "promoted")\'', 'each new primary'],
  ]);
}

/** Until somebody ends it: a key, a signal, or whoever read its output and has gone. */
async function run(options: Options, context: Context): Promise<void> {
  const client = await connect(context, options);
  const end = new AbortController();
  const stop = (): void => end.abort();
  context.stdout.once('error', stop).once('close', stop);
  const view = viewOf(options, context);
  const restore =
    view instanceof ScreenView ? listenForEnd(process.stdin as Keyboard, stop) : () => undefined;
  try {
    await monitor(client, options.interval * SECOND_MS, view, AbortSignal.any([context.signal, end.signal]));
  } finally {
    restore();
    view.end();
    client.close();
  }
  context.signal.throwIfAborted();
}

function viewOf({ json }: Options, { stdout, environment }: Context): View {
  const output: Output = {
    write: (text) => void stdout.write(text),
    isBehind: () => (stdout as Partial<Writable>).writableNeedDrain === true,
  };
  if (json === true) return new JsonView(output);
  const screen = stdout as NodeJS.WritableStream & { readonly isTTY?: boolean };
  if (screen.isTTY !== true || !isCapable(environment)) return new PlainView(output);
  return new ScreenView(stdout as unknown as Screen, wantsColours(environment));
}

function toInterval(text: string): number {
  const seconds = Number(text);
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  throw new InvalidArgumentError(`Give seconds, from ${LEAST_SECONDS} to ${MOST_SECONDS}.`);
}
