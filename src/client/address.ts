import { RingletError } from './error.js';

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/;

/** The URL of a server; null for what is none. A server has a host to itself, so there is no path. */
export function parseServer(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  return isWeb(url) && isPlain ? url : null;
}

/** @throws RingletError `bad_option` */
export function parseSeeds(given: string | URL | readonly (string | URL)[]): URL[] {
  const texts = typeof given === 'string' || given instanceof URL ? [given] : given;
  if (texts.length === 0)
    throw new RingletError('usage', 'bad_option', 'Give the URL of at least one server.');
  return texts.map((text) => {
    const url = parseServer(String(text));
    if (url !== null) return url;
    const sentence = `"${String(text)}" is no server: give its URL, such as http://127.0.0.1:5235.`;
    throw new RingletError('usage', 'bad_option', sentence);
  });
}

export function isWeb({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/**
 * Whether the token may be sent to an address that this server has told. One that was reached by https does not lead to where
 * others can read along, and one on another machine not to a program on this one.
 */
export function mayTell(teller: URL, told: URL): boolean {
  if (teller.protocol === 'https:' && told.protocol !== 'https:') return false;
  return LOCAL.test(teller.hostname) || !LOCAL.test(told.hostname);
}
