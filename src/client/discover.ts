import { connect } from 'node:net';

import {
  allInterfaces,
  Asker,
  DEFAULT_GROUP,
  interfacesOf,
  keyOf,
  parseGroup,
  type Sighting,
} from '../multicast/index.js';
import { RingletError } from './error.js';

const LOCAL = { host: '127.0.0.1', port: 5235 } as const;
const LOCAL_URL = `http://${LOCAL.host}:${LOCAL.port}`;
const DISCOVER_MS = 1_000;
/** Any packet may get lost: the same is asked again after these times. */
const ASK_AT_MS = [0, 40, 200, 600] as const;
/** For so long the first answer is waited for … */
const FIND_MS = 300;
/** … or so long, when there is a server at the address that is tried otherwise. */
const FIND_BESIDE_LOCAL_MS = 60;
/** After it others may answer. */
const OTHERS_MS = 20;

export interface DiscoverOptions {
  /** Where servers listen: their MULTICAST_GROUP. Default: `239.255.42.99:5236`. */
  readonly group?: string;
  /**
   * The RING_SECRET of the servers. With it all networks of this machine are asked, and only who knows it too is believed.
   * Without it, only servers on this machine's loopback that have none are found. It is not sent.
   */
  readonly secret?: string;
  /** How long answers are waited for, in milliseconds. Default: 1,000. */
  readonly timeoutMs?: number;
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A member of a ring, as it tells of itself. */
export interface DiscoveredServer {
  readonly name: string;
  readonly url: string;
  /** The name of its ring. */
  readonly ring: string;
  /** Tells rings of the same name from each other. */
  readonly ringId: string;
  readonly primary: boolean;
}

/**
 * Finds servers that have PEER=multicast. Resolves when the time is over, with all that have answered: by ring, the primary
 * first, then by name. None when there are none, and when this machine has no multicast. @throws RingletError `bad_option`
 */
export async function discover(options: DiscoverOptions = {}): Promise<DiscoveredServer[]> {
  const { timeoutMs = DISCOVER_MS, signal } = options;
  const search = await Search.begin(options);
  await search.until(timeoutMs, signal).finally(() => search.close());
  return search.servers;
}

/**
 * The servers that a client may be given when nobody has said which: those that answer by multicast within 300 ms, else
 * `http://127.0.0.1:5235`. @throws RingletError `bad_option`, and `several_rings` when those that answer are not of one ring
 */
export async function findServers(options: Omit<DiscoverOptions, 'timeoutMs'> = {}): Promise<string[]> {
  const search = await Search.begin(options);
  const probe = connect(LOCAL).on('error', () => undefined);
  probe.once('connect', () => search.hasten(FIND_BESIDE_LOCAL_MS));
  search.onFirst = () => search.hasten(OTHERS_MS);
  await search.until(FIND_MS, options.signal).finally(() => {
    search.close();
    probe.destroy();
  });
  const { servers } = search;
  demandOneRing(servers);
  return servers.length === 0 ? [LOCAL_URL] : servers.map(({ url }) => url);
}

/** One question, and what came back. */
class Search {
  onFirst: () => void = () => undefined;
  private readonly found = new Map<string, Sighting>();
  private readonly timers: NodeJS.Timeout[] = [];
  private asker: Asker | null = null;
  private end: () => void = () => undefined;

  static async begin({ group = DEFAULT_GROUP, secret, signal }: DiscoverOptions): Promise<Search> {
    signal?.throwIfAborted();
    const parsed = parseGroup(group);
    if (parsed === undefined)
      throw new RingletError(
        'usage',
        'bad_option',
        `"${group}" is no multicast group: give an address and a port, such as ${DEFAULT_GROUP}.`,
      );
    const search = new Search();
    const place = {
      group: parsed,
      interfaces: secret === undefined ? interfacesOf(LOCAL.host) : allInterfaces(),
      terms: { key: keyOf(secret ?? ''), ring: null },
    };
    // Who has no multicast finds nobody.
    search.asker = await Asker.open(place, { answered: (one) => search.take(one) }).catch(() => null);
    return search;
  }

  /** Resolves after this time, or when it was hastened. */
  async until(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.asker === null) return;
    for (const at of ASK_AT_MS) this.timers.push(setTimeout(() => this.asker?.ask(null), at));
    await new Promise<void>((resolve) => {
      this.end = resolve;
      this.hasten(ms);
      signal?.addEventListener('abort', this.end);
    });
    signal?.removeEventListener('abort', this.end);
    signal?.throwIfAborted();
  }

  hasten(ms: number): void {
    this.timers.push(setTimeout(() => this.end(), ms));
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.asker?.close();
    this.asker = null;
  }

  get servers(): DiscoveredServer[] {
    const sorted = [...this.found.values()].toSorted(inOrder);
    return sorted.map(({ name, url, ring, ringId, isPrimary }) => ({
      name,
      url,
      ring,
      ringId: ringId.toString(16),
      primary: isPrimary,
    }));
  }

  /** It may answer several questions, and by several networks. */
  private take(sighting: Sighting): void {
    if (sighting.state !== 'member') return;
    this.found.set(sighting.address, sighting);
    if (this.found.size === 1) this.onFirst();
  }
}

function inOrder(a: Sighting, b: Sighting): number {
  const byRing = a.ring.localeCompare(b.ring) || a.ringId - b.ringId;
  return byRing || Number(b.isPrimary) - Number(a.isPrimary) || a.name.localeCompare(b.name);
}

/** What is written to one ring is not to be looked for in another. */
function demandOneRing(servers: readonly DiscoveredServer[]): void {
  const ofRing = new Map(servers.map((server) => [server.ringId, server]));
  if (ofRing.size <= 1) return;
  const told = [...ofRing.values()].map(({ ring, url }) => `${ring} at ${url}`).join(', ');
  throw new RingletError(
    'usage',
    'several_rings',
    `Servers of several rings answer (${told}): say which ones are meant, by the URL of one.`,
  );
}
