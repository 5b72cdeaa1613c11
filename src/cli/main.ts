#!/usr/bin/env node
/*
 * The `ringlet` command. `program.ts` reads the command line and turns what came of it into an exit code; each command is
 * a file of its own (`backup.command.ts`, `restore.command.ts`). `servers.ts` sends requests to the servers of a list, `ask.ts`
 * goes on to the next one when a server cannot; `backup-reader.ts` verifies a backup wherever it comes from.
 *
 * It knows of a ring what HTTP tells, and imports nothing of a server. It leaves nothing half done behind: a file has its
 * name only once it is whole, and a write that is sent again is done once.
 */
import { runProgram } from './program.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const interruption = new AbortController();
for (const signal of SIGNALS) process.once(signal, () => interruption.abort());
// Whoever read the output has gone: the write that fails says so where it matters.
process.stdout.on('error', () => undefined);

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
});
