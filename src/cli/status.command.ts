import type { Command } from 'commander';

import type { Health, RingletClient, RingMember, RingStatus } from '../client/index.js';
import { withExamples } from './command-line.js';
import { withClient } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { type Cell, Look, type Style } from './look.js';
import { write } from './output.js';
import { counted } from './units.js';

/** How long a server may take to say whether it is ready. */
const HEALTH_MS = 1000;
/** Below it the addresses among the servers are left out. */
const WIDE_COLUMNS = 110;
const STYLES: Readonly<Record<RingMember['state'], Style>> = {
  up: 'green',
  filling: 'yellow',
  suspected: 'red',
};

type Checked = RingMember & { readonly health: Health | null };

export function addStatus(program: Command, context: Context): void {
  const command = program
    .command('status')
    .description('show the ring, its members in order, and whether each is ready')
    .action((_options: CommonOptions, self: Command) => run(self.optsWithGlobals(), context));
  withExamples(command, [
    ['ringlet status', 'the ring as the nearest server sees it'],
    ['ringlet status --json | jq -r .primary', 'its name'],
  ]);
}

async function run(options: CommonOptions, context: Context): Promise<void> {
  const { signal } = context;
  await withClient(context, options, async (client) => {
    const ring = await client.ring({ signal });
    const members = await Promise.all(ring.members.map((member) => check(client, member, signal)));
    const text =
      options.json === true
        ? JSON.stringify({ ...ring, members })
        : render(ring, members, new Look(context)).join('\n');
    await write(context, `${text}\n`);
  });
}

/** A server that cannot be reached from here may still do well in the ring. */
async function check(client: RingletClient, member: RingMember, signal: AbortSignal): Promise<Checked> {
  try {
    return { ...member, health: await client.health(member.url, { deadlineMs: HEALTH_MS, signal }) };
  } catch {
    signal.throwIfAborted();
    return { ...member, health: null };
  }
}

function render(ring: RingStatus, members: readonly Checked[], look: Look): string[] {
  const isWide = look.columns >= WIDE_COLUMNS;
  const heading = ['name', 'role', 'state', 'ready', 'priority', 'url', ...(isWide ? ['ring'] : [])];
  const rows = members.map((member) => rowOf(ring, member, isWide));
  const table = look.table([heading.map((text) => ({ text, style: 'dim' as const })), ...rows], 0);
  return [...summary(ring).map((line) => look.line(line)), '', ...table];
}

function summary(ring: RingStatus): string[] {
  const { ring: name, view, revision, objects, conflicts, offers, self, state, provisional } = ring;
  const lines = [
    `Ring ${name}, view ${view}, revision ${revision}: ${counted(objects, 'object')}`,
    `As ${self} sees it (${state})`,
  ];
  if (provisional) lines.push('This side is without the majority of the ring: its writes are provisional');
  if (conflicts > 0) lines.push(`${counted(conflicts, 'conflict')}: ringlet conflicts lists them`);
  if (offers > 0)
    lines.push(`${counted(offers, 'write')} made apart from the ring, which it does not have yet`);
  return lines;
}

function rowOf({ primary }: RingStatus, member: Checked, isWide: boolean): Cell[] {
  const { name, state, health, priority, url, ring } = member;
  return [
    { text: name },
    { text: dutyOf(member, name === primary), style: name === primary ? 'bold' : undefined },
    { text: state, style: STYLES[state] },
    readiness(health),
    { text: String(priority) },
    { text: url },
    ...(isWide ? [{ text: ring }] : []),
  ];
}

/** Older servers say nothing of what they are there for. */
function dutyOf({ role = 'both' }: Partial<RingMember>, isPrimary: boolean): string {
  const place = isPrimary ? 'primary' : 'backup';
  return role === 'both' ? place : `${place}, ${role}`;
}

function readiness(health: Health | null): Cell {
  if (health === null) return { text: 'no answer', style: 'red' };
  if (health.ready) return { text: `${Math.ceil(health.latencyMs)} ms`, style: 'green' };
  return { text: health.reason ?? 'no', style: 'yellow' };
}
