import type { Role } from '../support/traffic/index.js';
import { LargeBody } from './large.js';
import type { Stage } from './stage.js';

const MEGABITS_PER_SECOND = 60;
const WARM = 30;
const BESIDE = 150;

/** What one server sends leaves slowly, while a large body and small ones are written. Nobody is given up for it. */
export function slowLink(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, site, random } = stage;
    const order = await ring.inOrder();
    const slow = role(order, random);
    const before = await stage.view();
    site.network.limit(slow.place.name, MEGABITS_PER_SECOND);
    try {
      await writeLargeAndSmall(stage);
    } finally {
      site.network.unshape(slow.place.name);
    }
    const after = await stage.view();
    if (after !== before) throw new Error(`A slow link changed ${before} to ${after}`);
  };
}

/** Every packet of one server is late, some are lost, some overtake others. */
export function roughLink(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, site, random } = stage;
    const rough = role(await ring.inOrder(), random).place.name;
    site.network.shape(rough, 'netem', 'delay', '20ms', '10ms', 'loss', '2%', 'reorder', '20%');
    try {
      await stage.crowd(ring.running).progress(BESIDE);
    } finally {
      site.network.unshape(rough);
    }
  };
}

async function writeLargeAndSmall(stage: Stage): Promise<void> {
  const { ring, random, figures, traffic } = stage;
  const crowd = stage.crowd(ring.running);
  await crowd.progress(WARM);
  const wall = Date.now();
  const at = performance.now();
  const body = new LargeBody(stage, 'beside');
  try {
    const server = random.pick(ring.running);
    const [status] = await Promise.all([body.put(server), crowd.progress(BESIDE)]);
    if (status !== 201) throw new Error(`${server.place.name} answered ${status} to a large body`);
    figures.large.add(performance.now() - at, stage, server.place.name, wall);
    const names = new Set(ring.running.map(({ place }) => place.name));
    figures.beside.add(traffic.tally.longestAfter(at, names), stage, 'any server', wall);
    await stage.quiet();
    await body.compare(true);
  } finally {
    await body.close();
  }
}
