import { isIPv4 } from 'node:net';

/** Where questions are sent: an IPv4 multicast address (RFC 5771) and a UDP port. */
export interface Group {
  readonly address: string;
  readonly port: number;
}

/** Of the block for use within an organization (RFC 2365). */
export const DEFAULT_GROUP = '239.255.42.99:5236';

const GROUP = /^([\d.]{7,15}):([1-9]\d{0,4})$/;
const [FIRST, LAST] = [224, 239];
const MAX_PORT = 65_535;

/** Reads `address:port`; undefined when `text` is no such group. */
export function parseGroup(text: string): Group | undefined {
  const [, address = '', digits] = GROUP.exec(text) ?? [];
  const block = Number(address.split('.')[0]);
  const port = Number(digits);
  const isGroup = isIPv4(address) && block >= FIRST && block <= LAST && port <= MAX_PORT;
  return isGroup ? Object.freeze({ address, port }) : undefined;
}
