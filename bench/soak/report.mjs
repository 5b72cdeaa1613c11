/** The line of a minute, and the summary, for people. */
import { cpuSeconds } from '../system/proc.mjs';
import { sampleOf } from './samples.mjs';

const FAULT = 'fault: ';
const DONE = 'done: ';

/** What was counted up to the last line, for the difference. @type {Record<string, number>} */
let before = {};
let cpuBefore = { at: performance.now(), own: 0, used: /** @type {Map<number, number>} */ (new Map()) };

/**
 * @param {number} seconds since the begin
 * @param {import('./member.mjs').Member[]} members
 * @param {import('./faults.mjs').Faults} faults
 * @param {import('./log.mjs').Log} log
 */
export function lineOf(seconds, members, faults, log) {
  const { counts } = log;
  const since = (/** @type {string} */ prefix) =>
    Object.entries(counts)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]) => /** @type {const} */ ([name.slice(prefix.length), count - (before[name] ?? 0)]))
      .filter(([, count]) => count > 0);
  const done = since(DONE).reduce((sum, [, count]) => sum + count, 0);
  const again = since('sent again').reduce((sum, [, count]) => sum + count, 0);
  const struck = since(FAULT).map(([name, count]) => `${count} × ${name}`);
  const servers = members.map((member) => {
    const sample = sampleOf(member);
    if (sample === undefined) return `${member.name} away`;
    const { name, age, rss, files, sockets, disk } = sample;
    const mark = member === faults.alone ? ' (alone)' : '';
    return `${name}${mark} ${rss.toFixed(0)} MiB, ${files} files (${sockets} sockets), ${disk.toFixed(0)} MiB of disk, ${age.toFixed(0)} s old`;
  });
  before = counts;
  return [
    `${Math.round(seconds / 60)} min: ${done} done, ${again} sent again, ${log.problemCount} problems`,
    struck.join(', ') || 'no fault',
    cpuOf(members),
    ...servers,
  ].join('; ');
}

/**
 * Since the last line: of the servers together, without what those used last that ended; and of the soak itself.
 * @param {import('./member.mjs').Member[]} members
 */
function cpuOf(members) {
  const now = performance.now();
  const own = cpuSeconds(process.pid);
  const used = new Map(members.map((member) => [Number(member.pid), sampleOf(member)?.cpu ?? 0]));
  const servers = [...used].reduce((sum, [pid, cpu]) => sum + cpu - (cpuBefore.used.get(pid) ?? 0), 0);
  const percent = (/** @type {number} */ seconds) => ((100_000 * seconds) / (now - cpuBefore.at)).toFixed(0);
  const text = `servers ${percent(servers)} % of a core, soak ${percent(own - cpuBefore.own)} %`;
  cpuBefore = { at: now, own, used };
  return text;
}

/** @param {any} summary */
export function summaryAsText(summary) {
  const { stretches, overAll, counts, firstProblems, problems, ...rest } = summary;
  const lines = [
    '',
    ...Object.entries(rest).map(([name, value]) => `${name}: ${value}`),
    ...Object.entries(counts).map(([name, count]) => `${name}: ${count}`),
    ...stretches.map(
      (/** @type {any} */ { name, minutes, ...figures }) => `${name}, ${minutes} min alone: ${told(figures)}`,
    ),
    `over all: ${told(overAll)}`,
    ...firstProblems,
    problems === 0 ? 'nothing is lost, and all servers have the same' : `${problems} problems`,
  ];
  return `${lines.join('\n')}\n`;
}

/** @param {Record<string, number | number[]>} figures */
function told(figures) {
  const parts = Object.entries(figures).map(([name, value]) => {
    if (Array.isArray(value)) return `${name} ${value.join(' → ')}`;
    return Number.isNaN(value) ? `no ${name}` : `${value >= 0 ? '+' : ''}${value} ${name}`;
  });
  return parts.join(', ');
}
