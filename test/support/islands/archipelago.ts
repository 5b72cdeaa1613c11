import request from 'supertest';

import type { RingletServer } from '../../../src/server.js';
import { startRing, type TestRing } from '../rings/ring.js';
import { until } from '../rings/until.js';
import { Door } from './door.js';

/** A ring that others know by a door for each of its servers. */
export interface Isle {
  readonly name: string;
  readonly ring: TestRing;
  readonly doors: readonly Door[];
  /** Of its first server, for clients. */
  readonly url: string;
}

export interface IslePlan {
  readonly size?: number;
  /** The islands that it knows; all others unless it says so. */
  readonly knows?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Further URLs that it is told of. */
  readonly alsoKnows?: readonly string[];
}

/** Islands that know each other. */
export class Archipelago {
  private constructor(private readonly isles: ReadonlyMap<string, Isle>) {}

  static async start(plans: Readonly<Record<string, IslePlan>>): Promise<Archipelago> {
    const doors = new Map<string, Door[]>();
    for (const [name, { size = 1 }] of Object.entries(plans))
      doors.set(name, await Promise.all(Array.from({ length: size }, () => Door.open())));
    const isles = new Map<string, Isle>();
    for (const [name, plan] of Object.entries(plans))
      isles.set(name, await startIsle(name, plan, doors, Object.keys(plans)));
    return new Archipelago(isles);
  }

  isle(name: string): Isle {
    return this.isles.get(name)!;
  }

  url(name: string): string {
    return this.isle(name).url;
  }

  /** Each server knows so many other islands to be up. */
  async acquainted(count = this.isles.size - 1): Promise<void> {
    for (const { ring } of this.isles.values())
      for (const url of ring.urls) await until(`${url} knows ${count} islands`, () => knowsUp(url, count));
  }

  async stop(): Promise<void> {
    for (const { ring, doors } of this.isles.values()) {
      await ring.stop();
      for (const door of doors) door.cut();
    }
  }
}

export interface Told {
  readonly name: string | null;
  readonly id: string | null;
  readonly state: string;
  readonly since: string | null;
  readonly url: string | null;
  readonly members: readonly { readonly name: string; readonly url: string; readonly state: string }[];
  readonly lastError: string | null;
}

/** What a server tells of the other islands. */
export async function islandsOf(url: string): Promise<readonly Told[]> {
  const { body } = await request(url).get('/islands').expect(200);
  return body.islands as readonly Told[];
}

export async function isUp(url: string, name: string): Promise<boolean> {
  return (await islandsOf(url)).some((island) => island.name === name && island.state === 'up');
}

async function knowsUp(url: string, count: number): Promise<boolean> {
  return (await islandsOf(url)).filter(({ state }) => state === 'up').length === count;
}

async function startIsle(
  name: string,
  { size = 1, knows, environment, alsoKnows = [] }: IslePlan,
  all: ReadonlyMap<string, readonly Door[]>,
  names: readonly string[],
): Promise<Isle> {
  const known = knows ?? names.filter((other) => other !== name);
  const urls = [...known.flatMap((other) => all.get(other)!.map(({ url }) => url)), ...alsoKnows];
  const ring = await startRing(size, {
    environment: { RING: name, ISLANDS: urls.join(','), ...environment },
  });
  const doors = all.get(name)!;
  ring.servers.forEach((server: RingletServer, at) => doors[at]!.leadTo(server.identity.url));
  return { name, ring, doors, url: ring.urls[0]! };
}
