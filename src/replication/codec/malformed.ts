/** The payload is not what `encodeMessages` writes. Whoever sent it is not to be trusted with the next one. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';

  /** @param offset where in the payload, in bytes */
  constructor(
    problem: string,
    readonly offset: number,
  ) {
    super(`Malformed message: ${problem}, at byte ${offset} of the payload.`);
  }
}
