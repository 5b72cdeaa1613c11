import type { Command } from 'commander';

import { withExamples } from './command-line.js';
import type { Context } from './context.js';

export function addServe(program: Command, _context: Context): void {
  const command = program
    .command('serve')
    .description('start one server, which is configured by its environment (.env.example), and stay')
    .action(serve);
  withExamples(command, [
    ['ringlet serve', 'a ring of one, on port 5235'],
    ['PORT=5236 RING_PORT=1234 PEER=127.0.0.1:1233 ringlet serve', 'one more'],
  ]);
}

/** A server follows these itself, and ends the process when it has ended, as it does without the command. */
async function serve(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  await import('../main.js');
}
