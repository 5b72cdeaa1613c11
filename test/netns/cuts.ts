import { setTimeout as sleep } from 'node:timers/promises';
import { membersOf, type ServerProcess, waitFor } from '../support/processes/index.js';
import { type Role } from '../support/traffic/index.js';
import { demandOffer, reunite, reuniteQuietly } from './reunion.js';
import { SideWriter } from './side-writer.js';
import { namesOf, type Stage, without } from './stage.js';

type Play = (stage: Stage) => Promise<void>;

const GOES_ON_ALONE_MS = 8_000;
const GIVEN_UP_MS = 5_000;
const LONGER_MS = 800;
const WARM = 30;
const AFTERWARDS = 60;
const FLAPS = 6;
const ROUNDS_OF_WRITES = 4;

/** Picks the side that is cut off. It has no quorum. */
export type Side = (order: readonly ServerProcess[], stage: Stage) => readonly ServerProcess[];

export const only =
  (role: Role): Side =>
  (order, { random }) => [role(order, random)];

/** Counted from the primary, which is 0. */
export const places =
  (...indexes: readonly number[]): Side =>
  (order) =>
    indexes.map((index) => order[index]!);

/** Nobody writes while the cut happens, and later only the majority does: who was cut off comes back by itself. */
export function cutOff(side: Side): Play {
  return async (stage) => {
    const { ring, site } = stage;
    const order = await ring.inOrder();
    const loser = side(order, stage);
    const others = without(order, loser);
    const readers = stage.crowd(loser, 'reads', 2);
    await readers.progress(WARM);
    site.network.cut(namesOf(loser), namesOf(others));
    stage.crowd(others);
    await goesOnWithout(stage, others, loser);
    await reunite(stage);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/** Everyone is written to, before the cut and during it. */
export function cutOffUnderLoad(side: Side): Play {
  return async (stage) => {
    const { ring, site, traffic } = stage;
    const order = await ring.inOrder();
    const loser = side(order, stage);
    const others = without(order, loser);
    // Apart from each other: who waits for a write to be acknowledged reads nothing meanwhile.
    const crowds = [stage.crowd(loser, 'reads', 2), stage.crowd(loser, 'asides', 2), stage.crowd(others)];
    await Promise.all(crowds.map((crowd) => crowd.progress(WARM)));
    site.network.cut(namesOf(loser), namesOf(others));
    await goesOnWithout(stage, others, loser);
    if (site.partition === 'available') {
      await waitFor('an acknowledgement that is marked as provisional', GOES_ON_ALONE_MS, () =>
        traffic.unique.provisional.size > 0 ? undefined : traffic.tally.describe(),
      );
      await reunite(stage);
      demandOffer(stage, loser);
    } else {
      await reunite(stage);
      refuseProvisional(stage);
    }
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/**
 * Both sides write, to keys of their own and to the same keys, until the cut is over. What a side acknowledged last is there afterwards or
 * listed as a conflict; with PARTITION=primary, the side without a quorum acknowledges nothing.
 */
export function writeOnBothSides(side: Side): Play {
  return async (stage) => {
    const { ring, site } = stage;
    const order = await ring.inOrder();
    const loser = side(order, stage);
    const others = without(order, loser);
    site.network.cut(namesOf(loser), namesOf(others));
    await goesOnWithout(stage, others, loser);
    const shared = `${stage.traffic.prefix}both/`;
    const writers = [others, loser].map((servers, index) => [
      new SideWriter(stage, servers, `side${index}`, shared),
      ...servers.map((server) => new SideWriter(stage, [server], `of-${server.place.name}`)),
    ]);
    await Promise.all(writers.flat().map((writer) => writer.write(ROUNDS_OF_WRITES)));
    if (site.partition === 'primary') await Promise.all(writers[1]!.map((writer) => writer.demandRefusals()));
    for (const writer of writers[0]!) writer.demandAcknowledgements();
    if (site.partition === 'available') for (const writer of writers[1]!) writer.demandAcknowledgements();
    await reuniteQuietly(stage);
    if (site.partition === 'available') demandOffer(stage, loser);
    for (const writer of writers.flat()) await writer.demandKept(ring.running);
  };
}

/** Nothing that the one sends reaches the other, and all three are written to. */
export function writeDuringOneWay(from: number, to: number): Play {
  return async (stage) => {
    const { ring, site, random } = stage;
    const order = await ring.inOrder();
    const [third] = without(order, [order[from]!, order[to]!]);
    const before = await stage.view();
    site.network.deafen([order[to]!.place.name], [order[from]!.place.name]);
    await changes(stage, third!, before);
    await recovers(stage, [third!], () => undefined);
    const writers = order.map((server) => new SideWriter(stage, [server], `of-${server.place.name}`));
    await Promise.all(writers.map((writer) => writer.write(ROUNDS_OF_WRITES)));
    await sleep(random.fraction() * LONGER_MS);
    await Promise.all(writers.map((writer) => writer.write(1)));
    await reuniteQuietly(stage);
    for (const writer of writers) await writer.demandKept(ring.running);
  };
}

/** The cable of a server is pulled: its clients do not reach it either. */
export function pullCable(role: Role): Play {
  return async (stage) => {
    const { ring, site, random } = stage;
    const order = await ring.inOrder();
    const loser = role(order, random);
    const others = without(order, [loser]);
    site.network.pull(loser.place.name);
    await recovers(stage, others, () => undefined);
    await reunite(stage);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/** Nothing that the one sends reaches the other. The majority goes on, whoever is left out, and afterwards all are one ring. */
export function oneWay(from: number, to: number): Play {
  return async (stage) => {
    const { ring, site, random } = stage;
    const order = await ring.inOrder();
    const [third] = without(order, [order[from]!, order[to]!]);
    stage.crowd(order, 'reads', 2);
    const before = await stage.view();
    site.network.deafen([order[to]!.place.name], [order[from]!.place.name]);
    stage.crowd([third!]);
    await changes(stage, third!, before);
    await recovers(stage, [third!], () => undefined);
    await sleep(random.fraction() * LONGER_MS);
    await reunite(stage);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/**
 * A server that hears nobody, or whom nobody hears. The latter may have got records that it commits once it is alone, and then
 * it has written apart from the ring.
 */
export function halfCutOff(role: Role, hears: boolean): Play {
  return async (stage) => {
    const { ring, site, random } = stage;
    const order = await ring.inOrder();
    const loser = role(order, random);
    const others = without(order, [loser]);
    stage.crowd([loser], 'reads', 2);
    await recovers(stage, others, () => {
      const [receivers, senders] = hears ? [others, [loser]] : [[loser], others];
      site.network.deafen(namesOf(receivers), namesOf(senders));
      stage.crowd(others);
    });
    await sleep(random.fraction() * LONGER_MS);
    await reunite(stage);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/** A link that comes and goes, mostly faster than anyone is given up. Afterwards nothing is left of it. */
export function flap(one: number, other: number): Play {
  return async (stage) => {
    const { ring, site, random } = stage;
    const order = await ring.inOrder();
    stage.crowd(order, 'reads', 2);
    const writers = stage.crowd(order, 'all', 4);
    await writers.progress(WARM);
    for (let flaps = 0; flaps < FLAPS; flaps++) {
      site.network.cut([order[one]!.place.name], [order[other]!.place.name]);
      await sleep(random.between(50, 600));
      site.network.heal();
      await sleep(random.between(20, 300));
    }
    await reunite(stage);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/** The others acknowledge again; the one side goes on alone, and marks it, or, with PARTITION=primary, does not. */
async function goesOnWithout(
  stage: Stage,
  others: readonly ServerProcess[],
  loser: readonly ServerProcess[],
): Promise<void> {
  await recovers(stage, others, () => undefined);
  if (stage.site.partition === 'available') {
    await waitFor(`${namesOf(loser).join(', ')} to go on alone`, GOES_ON_ALONE_MS, async () => {
      const reports = await stage.reports(loser);
      return reports.every((report) => report?.provisional === true) ? undefined : JSON.stringify(reports);
    });
  }
  await sleep(stage.random.fraction() * LONGER_MS);
}

async function changes(stage: Stage, server: ServerProcess, before: string): Promise<void> {
  await waitFor('a view without one of the two', GIVEN_UP_MS, async () => {
    const [report] = await stage.reports([server]);
    return report === undefined || membersOf(report) === before ? `still ${before}` : undefined;
  });
}

/** Waits until a write that began after the cut is acknowledged at each of these servers, by the lineage. */
async function recovers(stage: Stage, servers: readonly ServerProcess[], cut: () => void): Promise<void> {
  const wall = Date.now();
  cut();
  const at = performance.now();
  for (const prober of stage.probe(servers, at))
    stage.figures.cut.add(await prober.recovery(), stage, prober.server.place.name, wall);
  await stage.stopProbers();
}

function refuseProvisional({ traffic }: Stage): void {
  const [first] = traffic.unique.provisional;
  if (first !== undefined)
    throw new Error(`With PARTITION=primary, ${first[1]} acknowledged ${first[0]} alone`);
}
