import type { Place } from './server-process.js';

/**
 * Settings of the caller's environment that several servers on one machine cannot share, or that would keep the lab
 * itself out. Every other one (PROBE_INTERVAL_MS, LOG_LEVEL, AUTH_TOKEN, …) reaches the servers as it is.
 */
const ownSettings = [
  'ADVERTISE_URL',
  'ADVERTISE_RING',
  'DATA_DIR',
  'FILES_DIR',
  'PEER',
  'TLS_CERT',
  'TLS_KEY',
];

/** The environment of one server; without peers it founds a ring. `more` is what only this lab sets. */
export function serverEnvironment(
  base: NodeJS.ProcessEnv,
  place: Place,
  peers: readonly Place[],
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const environment = { ...base };
  for (const name of ownSettings) delete environment[name];
  return {
    ...environment,
    HOST: place.host,
    PORT: String(place.port),
    RING_HOST: place.host,
    RING_PORT: String(place.ringPort),
    NAME: place.name,
    PRIORITY: String(place.port),
    LOG_FORMAT: 'json',
    ...more,
    ...(peers.length > 0 && { PEER: peers.map(({ host, ringPort }) => `${host}:${ringPort}`).join(',') }),
  };
}
