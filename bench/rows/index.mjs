/** The rows, in the order in which they run and are printed: neighbours share their contenders. */
import { row as durable128 } from './durable-128.mjs';
import { row as durable32 } from './durable-32.mjs';
import { row as get } from './get.mjs';
import { row as growth } from './growth.mjs';
import { row as idle } from './idle.mjs';
import { row as kill } from './kill.mjs';
import { row as largeBeside } from './large-beside.mjs';
import { row as largeOnDisk } from './large-on-disk.mjs';
import { row as large } from './large.mjs';
import { row as million } from './million.mjs';
import { row as mixed } from './mixed.mjs';
import { row as put1 } from './put-1.mjs';
import { row as put32 } from './put-32.mjs';
import { row as put128 } from './put-128.mjs';
import { row as silence } from './silence.mjs';
import { row as slowLinks } from './slow-links.mjs';
import { row as stall } from './stall.mjs';
import { row as startFull } from './start-full.mjs';
import { row as start } from './start.mjs';

export const rows = [
  start,
  idle,
  get,
  mixed,
  put1,
  put32,
  put128,
  durable32,
  durable128,
  large,
  largeOnDisk,
  largeBeside,
  slowLinks,
  growth,
  million,
  kill,
  silence,
  stall,
  startFull,
];

const matches = (/** @type {string} */ row, /** @type {string} */ name) =>
  row === name || row.startsWith(`${name}-`);

/**
 * @param {string[]} names a row, or what several begin with (`put`); none = all
 * @returns {import('../measure/types.mjs').Row[]}
 */
export function chooseRows(names) {
  if (names.length === 0) return rows;
  const unknown = names.find((name) => !rows.some((row) => matches(row.name, name)));
  if (unknown === undefined) return rows.filter((row) => names.some((name) => matches(row.name, name)));
  throw new Error(`no row ${unknown}; there are ${rows.map((row) => row.name).join(', ')}`);
}
