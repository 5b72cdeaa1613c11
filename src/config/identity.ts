import { Address, isUnspecified, parseHost } from './address.js';
import type { Config } from './environment.js';

/** The ports that the system gave, known once both sides listen. */
export interface ListeningPorts {
  readonly port: number;
  readonly ringPort: number;
}

/** How a server presents itself to the ring and to clients. */
export interface Identity {
  readonly name: string;
  /** URL of HTTP for clients and other servers, without a slash at its end. */
  readonly url: string;
  /** `host:port` of the ring link, IPv6 in brackets. */
  readonly ring: string;
  readonly priority: number;
}

type Named = Pick<Config, 'host' | 'name' | 'advertiseUrl'>;
type Identified = Named & Pick<Config, 'ringHost' | 'advertiseRing' | 'priority' | 'tlsCert'>;

/** What the configuration leaves open is settled by the ports that the server really listens on. */
export function resolveIdentity(config: Identified, { port, ringPort }: ListeningPorts): Identity {
  const scheme = config.tlsCert === undefined ? 'http' : 'https';
  return Object.freeze({
    name: nameOf(config, port),
    url: config.advertiseUrl ?? `${scheme}://${new Address(config.host, port)}`,
    ring: String(config.advertiseRing ?? new Address(config.ringHost, ringPort)),
    priority: config.priority ?? port,
  });
}

/**
 * NAME, or else host-port. A host of 0.0.0.0 would give every machine the same name, so the advertised address takes
 * its place. A name has no colons (IPv6), so `2001:db8::1` becomes `2001-db8-1`.
 */
export function nameOf(config: Named, port: number): string {
  if (config.name !== undefined) return config.name;
  const advertised = isUnspecified(config.host) ? config.advertiseUrl : undefined;
  return advertised === undefined ? joinName(config.host, port) : nameOfUrl(new URL(advertised));
}

function nameOfUrl(url: URL): string {
  const schemePort = url.protocol === 'https:' ? 443 : 80;
  return joinName(parseHost(url.hostname) ?? url.hostname, url.port === '' ? schemePort : Number(url.port));
}

function joinName(host: string, port: number): string {
  return `${host}-${port}`.replaceAll(/:+/g, '-').replace(/^-/, '');
}
