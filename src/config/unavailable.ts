import type { Mistake } from './mistake.js';

/**
 * Variables of the public contract whose feature comes with a later version. To ignore them silently would mislead:
 * whoever sets RING_TLS_KEY believes the ring to be encrypted. Each is removed from here together with its feature.
 */
export const UNAVAILABLE: Readonly<Record<string, string>> = {
  RING_TLS_CERT: 'TLS on the ring',
  RING_TLS_KEY: 'TLS on the ring',
  RING_TLS_CA: 'TLS on the ring',
};

/** These may hold a secret, which no message repeats. */
export const UNAVAILABLE_SECRETS: readonly string[] = ['RING_TLS_KEY'];

/** The mistakes of asking for what this version does not have. `given` holds set variables only. */
export function unavailableIn(given: Readonly<Record<string, string | undefined>>): Mistake[] {
  return Object.entries(UNAVAILABLE)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, feature]) => ({
      name,
      allowed: `not to be set, as ${feature} is not available in this version`,
    }));
}
