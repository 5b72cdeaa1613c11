import type { Lab } from './lab.js';
import { counted, done, listed, type Outcome } from './outcome.js';
import { newest } from './picture.js';
import type { RingAnswer } from './ring-answer.js';
import type { ServerProcess } from './server-process.js';
import { table } from './table.js';
import type { Answers } from './watcher.js';

const heading = ['port', 'name', 'state', 'role', 'view', 'revision', 'objects', 'pid'];

/** One line for each server, as its own GET /ring tells it, and one on the view they are in. */
export async function status(lab: Lab): Promise<Outcome> {
  const answers = await lab.watcher.look();
  const rows = lab.servers.map((server) => rowOf(server, answers.get(server.port)));
  return done(`${table([heading, ...rows])}\n${viewLine(lab, answers)}`);
}

/** At most 79 columns wide, with the longest words and seven digits in each number. */
function rowOf(server: ServerProcess, answer: RingAnswer | undefined): string[] {
  const { name, port } = server.place;
  const pid = String(server.pid ?? '-');
  if (!answer) {
    const state = server.state === 'running' ? 'no answer' : server.state;
    return [String(port), name, state, '-', '-', '-', '-', pid];
  }
  const said = [String(answer.view), answer.revision, String(answer.objects ?? '-')];
  return [String(port), name, stateOf(answer, name), roleOf(answer, name), ...said, pid];
}

/** Backups are numbered in the order in which they would be promoted. */
function roleOf({ members }: RingAnswer, name: string): string {
  const at = members.findIndex((member) => member.name === name);
  if (at < 0) return '-';
  return at === 0 ? 'primary' : `backup ${at}`;
}

function stateOf({ members, phase, provisional }: RingAnswer, name: string): string {
  if (phase !== 'member') return phase;
  const self = members.find((member) => member.name === name);
  return provisional ? 'provisional' : (self?.state ?? 'joining');
}

function viewLine(lab: Lab, answers: Answers): string {
  const best = newest(answers.values());
  if (!best) return lab.running.length > 0 ? 'No server answers.' : 'No server is running.';
  const inViews = [...answers.values()].filter(({ members }) => members.length > 0);
  if (new Set(inViews.map(identity)).size > 1) {
    const each = [...answers].map(([port, { view }]) => `${port} in view ${view}`);
    return `The servers do not agree: ${listed(each)}.${wayOut(answers)}`;
  }
  const away = best.members.flatMap(({ name }) => awayFrom(lab, name));
  const missing = away.length > 0 ? `, of which ${listed(away)}` : '';
  const kept = best.conflicts > 0 ? `, ${counted(best.conflicts, 'conflict')} (GET /conflicts)` : '';
  return `View ${best.view}: ${counted(best.members.length, 'member')}${missing}${kept}.`;
}

/** A member that does not run, which the ring has not closed over yet, or cannot. */
function awayFrom(lab: Lab, name: string): string[] {
  const server = lab.find(name);
  return server && server.state !== 'running' ? [`${server.port} is ${server.state}`] : [];
}

/** Sides that went on apart come together by themselves, as soon as all of them run. */
function wayOut(answers: Answers): string {
  return [...answers.values()].some(({ provisional }) => provisional)
    ? ' Some went on alone; they come together again by themselves.'
    : '';
}

const identity = ({ view, primary, members }: RingAnswer): string =>
  JSON.stringify([view, primary, members.map(({ id, name }) => [id, name])]);
