/** How a command can end, as a process tells it. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, precondition: 4, unreachable: 5 } as const;

/** Why a command cannot do what it was asked to: one sentence that says what to do. It is no bug, so it has no stack. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    sentence: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(sentence);
  }
}

/** What a system call complains of, in short. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? (message || String(error));
}

export function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code;
}
