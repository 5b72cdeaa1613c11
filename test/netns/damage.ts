import { setTimeout as sleep } from 'node:timers/promises';
import { ringLines, type ServerProcess, waitFor } from '../support/processes/index.js';
import type { Role } from '../support/traffic/index.js';
import { LargeBody } from './large.js';
import type { Proxy } from './proxy.js';
import { reunite } from './reunion.js';
import type { Stage } from './stage.js';

type Play = (stage: Stage) => Promise<void>;

const WARM = 30;
const AFTERWARDS = 60;
const DAMAGES = 4;
const BOUND_MS = 10_000;
/** Only pieces of large bodies come in such chunks. */
const BULK_BYTES = 16 * 2 ** 10;
/** Of a frame, and of the third of the four bytes of its length in it: some hundreds of bytes up to 32 KiB. */
const HEADER_BYTES = 16;
const LENGTH_OFFSET = 6;
/** The words for all that a damaged frame can look like, depending on where it was hit. */
const NOTICED =
  /malformed frame|in the middle of a frame|of the ring protocol|is not a Ringlet|another RING_SECRET/;

/** Every byte to one server is late. The ring is slower, and stays what it is. */
export function delay(role: Role, delayMs: number): Play {
  return async (stage) => {
    const before = await stage.view();
    const { weather } = proxyOf(stage, role(await stage.ring.inOrder(), stage.random));
    weather.delayMs = delayMs;
    await stage.crowd(stage.ring.running).progress(AFTERWARDS);
    weather.delayMs = 0;
    const after = await stage.view();
    if (after !== before) throw new Error(`${delayMs} ms of delay changed ${before} to ${after}`);
  };
}

/** Nothing gets to one server from its predecessor for so long, though the connection stands. */
export function stall(role: Role, stallMs: number): Play {
  return async (stage) => {
    const { ring } = stage;
    const order = await ring.inOrder();
    const proxy = proxyOf(stage, role(order, stage.random));
    const crowd = stage.crowd(order);
    await crowd.progress(WARM);
    proxy.stall();
    await sleep(stallMs);
    proxy.resume();
    await crowd.progress(AFTERWARDS);
    await reunite(stage);
  };
}

/** Single bits of what goes to one server are turned over, one after the other. */
export function damage(role: Role): Play {
  return async (stage) => {
    const { ring, figures } = stage;
    const order = await ring.inOrder();
    const victim = role(order, stage.random);
    const proxy = proxyOf(stage, victim);
    const crowd = stage.crowd(order);
    await crowd.progress(WARM);
    for (let damages = 0; damages < DAMAGES; damages++) {
      const wall = Date.now();
      const at = await spoilOne(proxy, 1);
      for (const prober of stage.probe([order[0]!], at))
        figures.repaired.add(await prober.recovery(), stage, prober.server.place.name, wall);
      await stage.stopProbers();
      await ring.agree();
      await crowd.progress(WARM);
    }
    demandNotice(victim);
  };
}

/**
 * A frame that says that it is longer than it is takes those behind it for its own, until its checksum is due or the silence of the
 * server, which understands nothing any more, is noticed.
 */
export function damageLength(role: Role): Play {
  return async (stage) => {
    const { ring, figures, random } = stage;
    const order = await ring.inOrder();
    const proxy = proxyOf(stage, role(order, random));
    const crowd = stage.crowd(order);
    await crowd.progress(WARM);
    const wall = Date.now();
    const at = await spoilOne(proxy, HEADER_BYTES, LENGTH_OFFSET);
    for (const prober of stage.probe([order[0]!], at))
      figures.repaired.add(await prober.recovery(), stage, prober.server.place.name, wall);
    await stage.stopProbers();
    await reunite(stage);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/** The same in the middle of a large body, whose pieces have a connection of their own. */
export function damageLarge(role: Role): Play {
  return async (stage) => {
    const { ring } = stage;
    const order = await ring.inOrder();
    const victim = role(order, stage.random);
    const proxy = proxyOf(stage, victim);
    const body = new LargeBody(stage, 'damaged');
    try {
      // A body ends at the predecessor of its origin, so it reaches the victim whoever else is the origin.
      const origin = order[(order.indexOf(victim) + 1) % order.length]!;
      const put = body.put(origin);
      await spoilOne(proxy, BULK_BYTES);
      const status = await put;
      await ring.agree();
      await body.compare(status === 201);
    } finally {
      await body.close();
    }
    demandNotice(victim);
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

/** Until the damaged link is replaced. Answers when the damage was done, on the monotonic clock. */
async function spoilOne(proxy: Proxy, smallest: number, offset?: number): Promise<number> {
  const { weather, connections } = proxy;
  const { spoiled } = weather;
  Object.assign(weather, { toSpoil: 1, smallest, offset });
  await waitFor('a chunk to be damaged', BOUND_MS, () =>
    weather.spoiled > spoiled ? undefined : 'none came by',
  );
  const at = performance.now();
  await waitFor('the damaged link to be replaced', BOUND_MS, () =>
    proxy.connections > connections ? undefined : 'there was no new connection',
  );
  return at;
}

/** The server has told people, which it does once in a while only. */
function demandNotice(victim: ServerProcess): void {
  const lines = ringLines([victim], 0);
  if (!lines.some((line) => NOTICED.test(line)))
    throw new Error(`Nobody noticed the damage:\n${lines.join('\n')}`);
}

const proxyOf = ({ site }: Stage, { place }: ServerProcess): Proxy => site.proxies.get(place.name)!;
