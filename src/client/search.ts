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

const LOOPBACK = '127.0.0.1';
/** Any packet may get lost: the same is asked again after these times. */
const ASK_AT_MS = [0, 40, 200, 600] as const;

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

/** One question, and what came back. */
export class Search {
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
      interfaces: secret === undefined ? interfacesOf(LOOPBACK) : allInterfaces(),
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
