import { newest } from './changes.js';
import type { Lab } from './lab.js';
import { done, listed, type Outcome } from './outcome.js';
import type { RingAnswer } from './ring-answer.js';
import type { ServerProcess } from './server-process.js';
import { table } from './table.js';
import type { Answers } from './watcher.js';

const heading = ['port', 'name', 'process', 'role', 'state', 'view', 'revision', 'ring port', 'pid'];

/** One line for each server, as its own GET /ring tells it, and one on the view they are in. */
export async function status(lab: Lab): Promise<Outcome> {
  const answers = await lab.watcher.look();
  const rows = lab.servers.map((server) => rowOf(server, answers.get(server.port)));
  return done(`${table([heading, ...rows])}\n${viewLine(lab, answers)}`);
}

function rowOf(server: ServerProcess, answer: RingAnswer | undefined): string[] {
  const { name, port, ringPort } = server.place;
  const shared = [String(ringPort), String(server.pid ?? '-')];
  if (!answer) {
    const state = server.state === 'running' ? 'no answer' : '-';
    return [String(port), name, server.state, '-', state, '-', '-', ...shared];
  }
  const self = answer.members.find((member) => member.name === name);
  const role = answer.primary === name ? 'primary' : self ? 'backup' : '-';
  const state = answer.provisional ? 'provisional' : (self?.state ?? 'joining');
  const said = [role, state, String(answer.view), answer.revision];
  return [String(port), name, server.state, ...said, ...shared];
}

function viewLine(lab: Lab, answers: Answers): string {
  const best = newest(answers.values());
  if (!best) return lab.running.length > 0 ? 'No server answers.' : 'No server is running.';
  const views = new Set([...answers.values()].map(identity));
  if (views.size > 1) {
    const each = [...answers].map(([port, { view }]) => `${port} in view ${view}`);
    return `The servers do not agree: ${listed(each)}.${wayOut(answers)}`;
  }
  const members = best.members.map(({ name }) => lab.find(name)?.port ?? name);
  return `View ${best.view}: ${listed(members)}, in this order.`;
}

/** A server that went on alone stands apart once it has written something. */
function wayOut(answers: Answers): string {
  const apart = [...answers].filter(([, { provisional }]) => provisional).map(([port]) => `reboot ${port}`);
  if (apart.length === 0) return '';
  return ` Who is provisional went on alone: ${listed(apart)} to let it join again, without what only it has.`;
}

const identity = ({ view, primary, members }: RingAnswer): string =>
  JSON.stringify([view, primary, members.map(({ id, name }) => [id, name])]);
