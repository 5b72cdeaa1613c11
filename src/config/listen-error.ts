/** What a person can change when a port cannot be had, by the code of the system's error. */
const HINTS: Readonly<Record<string, (prefix: string) => string>> = {
  EADDRINUSE: (prefix) => `another process does; set ${prefix}PORT`,
  EACCES: (prefix) => `the system does not allow it; set ${prefix}PORT above 1023`,
  EADDRNOTAVAIL: (prefix) => `this machine does not have the address; set ${prefix}HOST`,
  ENOTFOUND: (prefix) => `there is no host of this name; set ${prefix}HOST`,
};

/** A sentence on who cannot listen where, and which variable to set: HOST and PORT, or with `prefix` before them. */
export function listenError(
  who: string,
  { host, port }: { readonly host: string; readonly port: number },
  prefix: '' | 'RING_',
  error: NodeJS.ErrnoException,
): Error {
  const hint = HINTS[error.code ?? '']?.(prefix) ?? error.message;
  return new Error(`${who} cannot listen on ${host}:${port}: ${hint}`, { cause: error });
}
