import type { Command } from 'commander';

import { discover, type DiscoveredServer } from '../client/index.js';
import { withExamples } from './command-line.js';
import type { CommonOptions, Context } from './context.js';
import { EXIT, Failure } from './failure.js';
import { type Cell, Look } from './look.js';
import { write } from './output.js';
import { searchOf } from './servers.js';

const SECOND_MS = 1000;
const HEADING = ['ring', 'name', 'role', 'url'] as const;
/** The URL is what is to be copied: a name gives way first. */
const FLEXIBLE = 1;

export function addDiscover(program: Command, context: Context): void {
  const command = program
    .command('discover')
    .description('list the servers that answer by multicast, for one second or --timeout')
    .action((_options: CommonOptions, self: Command) => run(self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet discover', 'servers with PEER=multicast on this machine'],
    ['RINGLET_SECRET=… ringlet discover', 'on its networks, with the RING_SECRET of the ring'],
    ['ringlet discover --json | jq -r .servers[].url', 'their URLs'],
  ]);
}

async function run({ timeout, json }: CommonOptions, context: Context): Promise<void> {
  const { signal } = context;
  const timeoutMs = timeout === undefined ? undefined : timeout * SECOND_MS;
  const servers = await discover({ ...searchOf(context), ...(timeoutMs && { timeoutMs }), signal });
  if (servers.length === 0) throw nobody(context);
  const text = json === true ? JSON.stringify({ servers }) : render(servers, new Look(context)).join('\n');
  await write(context, `${text}\n`);
}

function render(servers: readonly DiscoveredServer[], look: Look): string[] {
  const rows = servers.map(({ ring, name, primary, url }): Cell[] => [
    { text: ring },
    { text: name },
    { text: primary ? 'primary' : 'backup', style: primary ? 'bold' : undefined },
    { text: url },
  ]);
  return look.table([HEADING.map((text) => ({ text, style: 'dim' as const })), ...rows], FLEXIBLE);
}

function nobody(context: Context): Failure {
  const { secret } = searchOf(context);
  const advice =
    secret === undefined
      ? 'start servers with PEER=multicast, set RINGLET_SECRET when they have a RING_SECRET'
      : 'start servers with PEER=multicast and this RING_SECRET';
  return new Failure(
    `No server answers by multicast: ${advice}, or say where one is by --server URL.`,
    EXIT.unreachable,
  );
}
