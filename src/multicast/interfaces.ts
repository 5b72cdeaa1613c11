import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';

/**
 * The IPv4 addresses of the interfaces over which the servers of a host are found: its own interface, or all of them when it
 * stands for every address of the machine. Empty when its interface has none.
 *
 * @param host an IP address
 */
export function interfacesOf(host: string): string[] {
  if (host === '::1' || isLoopback(host)) return [LOOPBACK];
  if (host === '0.0.0.0' || host === '::') return allInterfaces();
  if (isIP(host) === 4) return [host];
  const own = Object.values(networkInterfaces()).find((entries) =>
    entries?.some(({ address }) => address === host),
  );
  return (own ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address);
}

/** Each IPv4 address of the machine, loopback included. */
export function allInterfaces(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const own = entries.filter(({ family, internal }) => family === 'IPv4' && !internal);
  return [LOOPBACK, ...own.map(({ address }) => address)];
}

/** Of an IPv4 address. */
export function isLoopback(address: string): boolean {
  return isIP(address) === 4 && address.startsWith('127.');
}
