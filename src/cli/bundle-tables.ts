import type { Bundle, ListedBundle, ResolvedPart } from '../client/index.js';
import { withClient } from './connect.js';
import type { CommonOptions, Context } from './context.js';
import { type Cell, Look } from './look.js';
import { write, writeLine } from './output.js';
import { counted, formatBytes, formatTime } from './units.js';

const PAGE = 1000;
const LISTED = ['written', 'revision', 'bundle'].map(headingOf);
const PARTS = ['quantity', 'size', 'at', 'part'].map(headingOf);

/** Page by page, as it comes. */
export async function listBundles(
  prefix: string | undefined,
  options: CommonOptions,
  context: Context,
): Promise<void> {
  const { signal } = context;
  const look = new Look(context);
  let count = 0;
  await withClient(context, options, async (client) => {
    for (let after: string | null | undefined; after !== null;) {
      const { bundles, next } = await client.bundles.page({ prefix, after, limit: PAGE, signal });
      if (bundles.length > 0) await write(context, listed(bundles, count === 0, look, options));
      count += bundles.length;
      after = next;
    }
  });
  if (look.isTerminal && options.json !== true)
    await writeLine(context, count === 0 ? 'There are no such bundles.' : counted(count, 'bundle'));
}

/** False when there is none. */
export async function showBundle(name: string, options: CommonOptions, context: Context): Promise<boolean> {
  const { signal } = context;
  const look = new Look(context);
  const bundle = await withClient(context, options, (client) => client.bundles.get(name, { signal }));
  if (bundle === null) return false;
  if (options.json === true) await writeLine(context, JSON.stringify(bundle));
  else
    await write(context, linesOf([...(look.isTerminal ? [PARTS] : []), ...bundle.parts.map(partRow)], look));
  if (look.isTerminal && options.json !== true) await writeLine(context, summary(bundle));
  return true;
}

function listed(
  bundles: readonly ListedBundle[],
  isFirst: boolean,
  look: Look,
  { json }: CommonOptions,
): string {
  if (json === true) return bundles.map((bundle) => `${JSON.stringify(bundle)}\n`).join('');
  const rows = bundles.map(({ modified, revision, name }) =>
    [formatTime(modified), String(revision), name].map((text): Cell => ({ text })),
  );
  return linesOf([...(isFirst && look.isTerminal ? [LISTED] : []), ...rows], look);
}

function partRow({ quantity, size, holders, island, missing, key, as }: ResolvedPart): Cell[] {
  const names = island === null ? holders.join(',') || 'here' : `${holders.join(',')}@${island}`;
  const at: Cell = missing ? { text: 'missing', style: 'red' } : { text: names };
  return [
    { text: String(quantity), alignRight: true },
    { text: size === null ? '-' : formatBytes(size), alignRight: true },
    at,
    { text: as === key ? key : `${key} as ${as}` },
  ];
}

function summary({ parts, size, missing, etag, revision }: Bundle): string {
  const gaps = missing === 0 ? '' : `, ${missing} missing`;
  return `${counted(parts.length, 'part')}${gaps}, ${formatBytes(size)}, as of revision ${revision}; entity tag ${etag}`;
}

function linesOf(rows: readonly (readonly Cell[])[], look: Look): string {
  const last = rows[0]!.length - 1;
  return look
    .table(rows, last)
    .map((line) => `${line}\n`)
    .join('');
}

function headingOf(text: string): Cell {
  return { text, style: 'dim', alignRight: text === 'quantity' || text === 'size' };
}
