import { readFileSync } from 'node:fs';
import type { ServerProcess } from '../../../src/lab/server-process.js';

/** A line of a server's log. `timestamp`: milliseconds since the epoch. */
interface Line {
  readonly server: string;
  readonly level: string;
  readonly context?: string;
  readonly timestamp: number;
  readonly message: unknown;
}

const LONGEST = 600;

/** What the servers said of the ring between two times, milliseconds since the epoch, in the order of time. */
export function ringLines(servers: readonly ServerProcess[], from: number, to = Infinity): string[] {
  return linesOf(servers)
    .filter(({ timestamp, context }) => timestamp >= from && timestamp <= to && !isOfStarting(context))
    .map((line) => describe(line, from));
}

/** Lines that no server should ever write. */
export function mistakesIn(servers: readonly ServerProcess[], from: number): string[] {
  return linesOf(servers)
    .filter(({ timestamp, level }) => timestamp >= from && (level === 'error' || level === 'fatal'))
    .map((line) => describe(line, from));
}

export function describeLogs(servers: readonly ServerProcess[], from: number, most = 150): string {
  const lines = ringLines(servers, from);
  const left = lines.length > most ? [`… ${lines.length - most} lines before these`] : [];
  return [...left, ...lines.slice(-most)].join('\n');
}

const isOfStarting = (context = ''): boolean => /Loader|Router|Routes|Nest/.test(context);

function linesOf(servers: readonly ServerProcess[]): Line[] {
  const lines = servers.flatMap((server) => readLog(server));
  return lines.toSorted((one, other) => one.timestamp - other.timestamp);
}

/** What is no JSON (a crash of Node itself) counts as an error at the time of the line before. */
function readLog({ place, logFile }: ServerProcess): Line[] {
  let timestamp = 0;
  const lines: Line[] = [];
  for (const text of readFileSync(logFile, 'utf8').split('\n')) {
    if (text.trim() === '') continue;
    const line = parse(text, place.name) ?? { server: place.name, level: 'error', timestamp, message: text };
    timestamp = line.timestamp;
    lines.push(line);
  }
  return lines;
}

function parse(text: string, server: string): Line | undefined {
  try {
    return { ...(JSON.parse(text) as Line), server };
  } catch {
    return undefined;
  }
}

function describe({ server, level, timestamp, message }: Line, from: number): string {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const sign = level === 'log' ? ' ' : level[0]!.toUpperCase();
  return `${String(timestamp - from).padStart(7)} ms ${server} ${sign} ${text.slice(0, LONGEST)}`;
}
