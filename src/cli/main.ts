#!/usr/bin/env node
/*
 * The `ringlet` command. `program.ts` reads the command line and turns what came of it into an exit code; each command is
 * a file of its own (`list.command.ts`, …), and talks to the ring by `src/client`. Downloads go to a `Target` (`save.ts`), uploads
 * come from a `Source`; `look.ts` knows what a terminal can show. `shell/` runs the same commands at a prompt, `completion/` knows
 * what a word may become. `backup-reader.ts` verifies a backup wherever it comes from.
 *
 * It knows of a ring what HTTP tells, and imports nothing of a server but for `serve`, which is one. It leaves nothing half done
 * behind: a file has its name only once it is whole, and a write that is sent again is done once.
 */
import { runProgram } from './program.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const interruption = new AbortController();
for (const signal of SIGNALS) process.once(signal, () => interruption.abort());
// Whoever read the output has gone: the write that fails says so where it matters.
process.stdout.on('error', () => undefined);

const { stdin, stdout, stderr, env: environment } = process;
const { signal } = interruption;
const code = await runProgram(process.argv.slice(2), { environment, stdin, stdout, stderr, signal });
// A reader of standard output that stands still would keep an interrupted program alive.
if (signal.aborted) process.exit(code);
process.exitCode = code;
