/**
 * What whoever runs the server can mend, in one sentence. It has a cause even where no other error lies behind it, as
 * the main program prints the sentence alone, without a stack, for errors that have one.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(sentence: string, cause: unknown = 'refused') {
    super(sentence, { cause });
  }
}

/** The system's word for what went wrong, such as ENOSPC; '' for an error without one. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
