import type { Command } from 'commander';

import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import { type CommonOptions, type Context, report } from './context.js';
import { EXIT, Failure } from './failure.js';
import { serversOf } from './servers.js';

export function addLeave(program: Command, context: Context): void {
  const command = program
    .command('leave')
    .description('let a server complete what it has begun, leave the ring, and end')
    .argument('[server]', 'its name or URL; that of --server, if there is none')
    .action((server: string | undefined, _options: CommonOptions, self: Command) =>
      leave(server, self.optsWithGlobals(), context),
    );
  withExamples(command, [
    ['ringlet leave server-3', 'a member by its name'],
    ['ringlet leave --server http://10.0.0.3:5235', 'the one at this address'],
  ]);
}

export function addAdopt(program: Command, context: Context): void {
  const command = program
    .command('adopt')
    .description(
      'let the ring go on with the servers that one server sees, when the majority is gone for good',
    )
    .argument('[server]', 'its name or URL; that of --server, if there is none')
    .action((server: string | undefined, _options: CommonOptions, self: Command) =>
      adopt(server, self.optsWithGlobals(), context),
    );
  withExamples(command, [['ringlet adopt server-2', 'in the view of this member']]);
}

async function leave(server: string | undefined, options: CommonOptions, context: Context): Promise<void> {
  const wanted = server ?? (await onlyServer(context, options));
  const { signal } = context;
  const leaving = await withClient(context, options, (client) => client.leave(wanted, { signal }));
  report(context.stdout, options, { leaving }, `${leaving} leaves the ring and ends`);
}

async function adopt(server: string | undefined, options: CommonOptions, context: Context): Promise<void> {
  const wanted = server ?? (await onlyServer(context, options));
  const { signal } = context;
  await withClient(context, options, (client) => client.adopt(wanted, { signal }));
  report(context.stdout, options, { adopted: wanted }, `The ring goes on in the view of ${wanted}`);
}

/** Which server it is has to be said, when there are several. */
async function onlyServer(context: Context, options: CommonOptions): Promise<string> {
  const [first, ...others] = await serversOf(context, options);
  if (first !== undefined && others.length === 0) return first.origin;
  throw new Failure('Several servers are given, or were found: name the one that is meant.', EXIT.usage);
}
