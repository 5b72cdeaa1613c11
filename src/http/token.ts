const CREDENTIALS = /^(bearer|basic) +([!-~]+)$/i;

/**
 * The token in a header `Authorization`: `Bearer TOKEN`, or the password of `Basic` with whatever user name
 * (RFC 6750, 2.1; RFC 7617). Undefined when there is none.
 */
export function tokenIn(authorization: string): string | undefined {
  const [, scheme, value] = CREDENTIALS.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  return scheme.toLowerCase() === 'bearer' ? value : passwordIn(value);
}

/** A user name has no colon, and the password is all behind the first one. */
function passwordIn(encoded: string): string | undefined {
  const pair = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = pair.indexOf(':');
  return colon < 0 || colon === pair.length - 1 ? undefined : pair.slice(colon + 1);
}
