import { connect } from 'node:net';

import { RingletError } from './error.js';
import { type DiscoveredServer, type DiscoverOptions, Search } from './search.js';

const LOCAL = { host: '127.0.0.1', port: 5235 } as const;
const LOCAL_URL = `http://${LOCAL.host}:${LOCAL.port}`;
const DISCOVER_MS = 1_000;
/** For so long the first answer is waited for … */
const FIND_MS = 300;
/** … or so long, when there is a server at the address that is tried otherwise. */
const FIND_BESIDE_LOCAL_MS = 60;
/** After it others may answer. */
const OTHERS_MS = 20;

export type { DiscoveredServer, DiscoverOptions };

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
