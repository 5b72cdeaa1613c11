import { BlockList, isIP } from 'node:net';

import { parseWholeNumber } from './parse.js';

const MAX_HOST_CHARACTERS = 253;
const MAX_PORT = 65_535;
/** One part of a host name (RFC 1123), and the underscore that container networks put into theirs. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const ALL_DIGITS = /^\d+$/;
const HOST_AND_PORT = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const unspecified = new BlockList();
unspecified.addAddress('0.0.0.0', 'ipv4');
unspecified.addAddress('::', 'ipv6');

/** A host and a port; it writes itself as `host:port`, with the brackets that IPv6 needs (RFC 3986). */
export class Address {
  constructor(
    /** A host name in lower case, or an IP address in its shortest form, without brackets. */
    readonly host: string,
    readonly port: number,
  ) {
    Object.freeze(this);
  }

  toString(): string {
    return `${inBrackets(this.host)}:${this.port}`;
  }
}

/**
 * The one spelling of a host name or an IP address (IPv6 with or without brackets), so that two spellings of an
 * address compare equal. Undefined when `text` is neither, or when no URL can carry it (an IPv6 zone, `%eth0`).
 */
export function parseHost(text: string): string | undefined {
  const bare = /^\[(.*:.*)\]$/.exec(text)?.[1] ?? text;
  if (isIP(bare) === 0 && !isHostName(bare.toLowerCase())) return undefined;
  const url = `http://${inBrackets(bare)}`;
  return URL.canParse(url) ? withoutBrackets(new URL(url).hostname) : undefined;
}

/** A last part of digits only is a mistyped IPv4 address (the WHATWG URL rule), never a name. */
function isHostName(host: string): boolean {
  const labels = host.split('.');
  return (
    host.length <= MAX_HOST_CHARACTERS &&
    labels.every((label) => LABEL.test(label)) &&
    !ALL_DIGITS.test(labels.at(-1) ?? '')
  );
}

/** Reads `host:port` with a port from 1 to 65535; undefined when `text` is something else. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, digits] = HOST_AND_PORT.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const host = parseHost(bracketed === undefined ? (plain ?? '') : `[${bracketed}]`);
  const port = parseWholeNumber(digits);
  if (host === undefined || port === undefined || port < 1 || port > MAX_PORT) return undefined;
  return new Address(host, port);
}

/** Reads `host:port[,host:port…]`, blanks around an entry allowed; one bad or empty entry refuses the whole. */
export function parseAddresses(text: string): readonly Address[] | undefined {
  const addresses = text.split(',').map((entry) => parseAddress(entry.trim()));
  return addresses.every((address) => address !== undefined) ? Object.freeze(addresses) : undefined;
}

/** Like `parseAddress`, but refuses an address that nobody can be told to connect to. */
export function parseReachableAddress(text: string): Address | undefined {
  const address = parseAddress(text);
  return address === undefined || isUnspecified(address.host) ? undefined : address;
}

/** Reads the URL of a server: scheme, host and port and nothing more. Answers it without a slash at its end. */
export function parseOrigin(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = parseHost(url.hostname);
  const isOriginOnly = url.href === `${url.origin}/`;
  return !isOriginOnly || host === undefined || isUnspecified(host) || url.port === '0'
    ? undefined
    : url.origin;
}

/** Reads `*`, or `origin[,origin…]` with blanks around an entry allowed; one bad or empty entry refuses the whole. */
export function parseOrigins(text: string): readonly string[] | undefined {
  if (text.trim() === '*') return Object.freeze(['*']);
  const origins = text.split(',').map((entry) => parseOrigin(entry.trim()));
  return origins.every((origin) => origin !== undefined) ? Object.freeze(origins) : undefined;
}

/** Whether `host` can be reached from this machine only. Of names, `localhost` alone is trusted to be so (RFC 6761). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || isIn(loopback, host);
}

/** Whether `host` stands for every address of the machine (`0.0.0.0`, `::`), which is no address to hand to others. */
export function isUnspecified(host: string): boolean {
  return isIn(unspecified, host);
}

function isIn(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function inBrackets(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
