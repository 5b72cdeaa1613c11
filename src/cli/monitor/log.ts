import type { Happening } from './happening.js';

/** More than fit on any screen. */
const MOST_LINES = 500;
/** Writes that go on are one line, which begins anew after so long. */
const LONGEST_WRITES_SECONDS = 60;

type Writes = Extract<Happening, { kind: 'writes' }>;

/** The newest happenings, the last one at the end. */
export type Log = readonly Happening[];

export function withHappenings(log: Log, happenings: readonly Happening[]): Log {
  let next = [...log];
  for (const happening of happenings) next = withOne(next, happening);
  return next.slice(-MOST_LINES);
}

/** What is written second after second is put together, so that it does not push everything else out of sight. */
function withOne(log: Happening[], happening: Happening): Happening[] {
  const last = log.at(-1);
  if (happening.kind !== 'writes' || last?.kind !== 'writes') return [...log, happening];
  if (last.seconds >= LONGEST_WRITES_SECONDS) return [...log, happening];
  return [...log.slice(0, -1), together(last, happening)];
}

/** Its time is that of the last of them. */
function together(a: Writes, b: Writes): Writes {
  return { ...b, puts: a.puts + b.puts, deletes: a.deletes + b.deletes, seconds: a.seconds + b.seconds };
}
