const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this server',
  EPERM: 'may not be read by this server',
  ENOENT: 'is not there any more, or is a link that leads nowhere',
  ENOTDIR: 'is no directory any more',
  ENAMETOOLONG: 'has a name that is too long for the system',
  ELOOP: 'is a link that leads in a circle',
};

/** There is no use in trying again before something changes. What is no error of the system is judged by this server. */
export function isFinal(error: unknown): boolean {
  const code = codeOf(error);
  return code === '' || code in REASONS;
}

/** There is no such file, or something on the way to it is no directory any more. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** What goes behind the name of a file. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? `cannot be read: ${(error as Error).message}`;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
