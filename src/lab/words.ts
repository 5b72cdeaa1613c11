import { add, reboot } from './boot.js';
import { kill, pause, resume, stop } from './halt.js';
import type { Lab } from './lab.js';
import { get, put } from './objects.js';
import { done, failed, listed, type Outcome } from './outcome.js';
import type { ProcessState, ServerProcess } from './server-process.js';
import { status } from './status.js';
import { table } from './table.js';
import { waitFor } from './wait-word.js';

type Result = Outcome | Promise<Outcome>;

interface Word {
  /** The names of what follows the word. */
  takes: readonly string[];
  /** Whether the last of them is all the rest of the line. */
  takesRest?: boolean;
  does: string;
  /** The states in which it makes sense for a server: those are completed. */
  fits?: readonly ProcessState[];
  run: (lab: Lab, given: readonly string[]) => Result;
}

const alive: readonly ProcessState[] = ['running', 'paused'];
const every: readonly ProcessState[] = [...alive, 'stopped', 'killed', 'crashed'];

const onServer = (
  fits: readonly ProcessState[],
  does: string,
  run: (lab: Lab, server: ServerProcess) => Result,
): Word => ({
  takes: ['N'],
  does,
  fits,
  run: (lab, [wanted = '']) => {
    const server = lab.find(wanted);
    if (server) return run(lab, server);
    const ports = listed(lab.servers.map(({ port }) => port));
    return failed(`There is no server ${wanted} here: name one of ${ports}, or add one.`);
  },
});

const words: Readonly<Record<string, Word>> = {
  status: { takes: [], does: 'show the servers and the view they are in', run: status },
  put: {
    takes: ['KEY', 'VALUE'],
    takesRest: true,
    does: 'store an object (the value may have spaces)',
    run: (lab, [key = '', value = '']) => put(lab, key, value),
  },
  get: { takes: ['KEY'], does: 'show an object', run: (lab, [key = '']) => get(lab, key) },
  stop: onServer(alive, 'end server N well: it leaves the ring (SIGTERM)', stop),
  kill: onServer(alive, 'end server N at once (SIGKILL)', kill),
  pause: onServer(['running'], 'silence server N (SIGSTOP)', pause),
  resume: onServer(['paused'], 'let server N go on (SIGCONT)', resume),
  reboot: onServer(every, 'start server N again; one that runs is stopped first', reboot),
  add: { takes: [], does: 'start a further server, on the next lower free port', run: add },
  wait: {
    takes: ['SECONDS'],
    does: 'do nothing for a while (for scripts)',
    run: (_, [time = '']) => waitFor(time),
  },
  help: { takes: [], does: 'show this', run: () => done(help()) },
  quit: { takes: [], does: 'end all servers and the lab', run: () => done() },
};

export const isQuit = (line: string): boolean => line.trim() === 'quit';

/** What the last word of a line that is being typed may become: words of the lab, then ports or names of servers. */
export function completions(lab: Lab, line: string): string[] {
  const [name, rest] = cut(line.trimStart());
  if (!/\s/.test(line.trimStart())) return Object.keys(words).filter((word) => word.startsWith(name));
  const fits = Object.hasOwn(words, name) ? words[name]!.fits : undefined;
  const servers = lab.servers.filter(({ state }) => fits?.includes(state));
  const ports = servers.map(({ port }) => String(port)).filter((port) => port.startsWith(rest));
  return ports.length > 0
    ? ports
    : servers.map(({ place }) => place.name).filter((it) => it.startsWith(rest));
}

/** Runs one line. Empty ones and those that begin with # do nothing. */
export async function runLine(lab: Lab, line: string): Promise<Outcome> {
  const [name = '', rest = ''] = cut(line.trim());
  if (name === '' || name.startsWith('#')) return done();
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  if (!word) return failed(unknown(name));
  const given = argumentsOf(word, rest);
  if (!given) return failed(`Say it like this: ${usageOf(name, word)}`);
  return word.run(lab, given);
}

function unknown(name: string): string {
  const meant = Object.keys(words).filter((word) => word.startsWith(name));
  return `"${name}" is no word of the lab: say ${listed([...meant, 'help'], 'or')}.`;
}

/** The first word, and what follows it. */
function cut(text: string): [string, string] {
  const [, first = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text) ?? [];
  return [first, rest];
}

function argumentsOf(word: Word, rest: string): string[] | undefined {
  const given: string[] = [];
  for (const [index] of word.takes.entries()) {
    const [first, left] = cut(rest);
    const isRest = word.takesRest && index === word.takes.length - 1;
    given.push(isRest ? rest : first);
    rest = isRest ? '' : left;
  }
  return rest === '' && given.every((argument) => argument !== '') ? given : undefined;
}

const usageOf = (name: string, word: Word): string => [name, ...word.takes].join(' ');

function help(): string {
  const rows = Object.entries(words).map(([name, word]) => [usageOf(name, word), word.does]);
  return `${table(rows)}\nN is the port or the name of a server.`;
}
