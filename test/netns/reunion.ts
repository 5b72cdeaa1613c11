import { membersOf, ringLines, type ServerProcess, waitFor } from '../support/processes/index.js';
import { newCaller } from '../support/traffic/index.js';
import { namesOf, type Stage } from './stage.js';

const BOUND_MS = 10_000;
const KILL_MS = 5_000;
/** What a server says in its log when it stands apart. */
const APART = /has written objects on its own meanwhile/;

/** The cut is over. All are one ring again by themselves. */
export async function reunite(stage: Stage): Promise<void> {
  const wall = Date.now();
  const at = performance.now();
  stage.site.network.heal();
  await stage.ring.agree();
  stage.figures.healed.add(performance.now() - at, stage, 'all', wall);
}

/**
 * The cut is over. Of `loser`, the side without a quorum, some may have gone on alone and written: this version does not merge
 * that, so they have to stand apart, say so, and go on marking what they answer. Started anew they are members like the others.
 *
 * @param mustBeApart when it is certain that they wrote
 */
export async function reuniteAfterWrites(
  stage: Stage,
  loser: readonly ServerProcess[],
  mustBeApart: boolean,
): Promise<void> {
  const { ring, site, figures } = stage;
  site.network.heal();
  const apart = await settled(stage, loser);
  if (mustBeApart && apart.length === 0)
    throw new Error(`${namesOf(loser).join(', ')} wrote apart from the ring, and came back without a word`);
  await stage.quiet();
  for (const server of apart) await lookApart(stage, server);
  figures.apart += apart.length;
  await Promise.all(apart.map((server) => server.kill(KILL_MS)));
  for (const server of apart) ring.launch(server);
  await ring.agree();
}

/** Answers who stands apart, once all the others are one ring. */
async function settled(stage: Stage, loser: readonly ServerProcess[]): Promise<ServerProcess[]> {
  const { running } = stage.ring;
  let apart: ServerProcess[] = [];
  await waitFor('one ring of all that do not say that they stand apart', BOUND_MS, async () => {
    const reports = await stage.reports(running);
    apart = running.filter((_, index) => reports[index]?.provisional === true);
    const within = reports.filter((report) => report?.provisional !== true);
    const told = within.map((report) => (report === undefined ? 'silence' : membersOf(report)));
    const isOne = new Set(told).size === 1 && within[0]?.members.length === within.length;
    const areOfLoser = apart.every((server) => loser.includes(server));
    const haveSaidSo = apart.every((server) => hasSaidSo(stage, server));
    return isOne && areOfLoser && haveSaidSo
      ? undefined
      : `${told.join('; ')}; apart: ${namesOf(apart).join(', ')}`;
  });
  return apart;
}

const hasSaidSo = ({ begunAt }: Stage, server: ServerProcess): boolean =>
  ringLines([server], begunAt).some((line) => APART.test(line));

/** What it acknowledged alone, it still has, and every answer of it is marked. */
async function lookApart({ traffic }: Stage, server: ServerProcess): Promise<void> {
  const caller = newCaller(server);
  try {
    for (const [key, where] of traffic.unique.provisional) {
      if (where !== server.place.name) continue;
      const reply = await caller.send({ method: 'GET', path: `/objects/${key}` });
      const isThere =
        reply.kind === 'answer' && reply.status === 200 && reply.headers['ringlet-view'] === 'provisional';
      if (!isThere)
        throw new Error(`${where} acknowledged ${key} alone, and answers ${JSON.stringify(reply)}`);
    }
  } finally {
    caller.close();
  }
}
