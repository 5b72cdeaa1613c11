/** A promise that was not kept. */
export class Violation extends Error {
  constructor(
    readonly check: string,
    message: string,
  ) {
    super(`${check}: ${message}`);
    this.name = 'Violation';
  }
}

export function violation(check: string, message: string): never {
  throw new Violation(check, message);
}
