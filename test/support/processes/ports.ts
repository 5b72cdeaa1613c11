import { isFree } from '../../../src/lab/ports.js';

/** Below those that the system gives to outgoing connections: a killed server's ports are still free when it is restarted. */
const LOWEST = 11_000;
const HIGHEST = 32_000;

/** Ports that nobody listens at now and that were not given before. */
export class Ports {
  private next = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - 1_000));

  /** Lower than the one before, as the lab gives them: the first server is to be the first in the ring. */
  async take(): Promise<number> {
    for (; this.next > LOWEST - 1_000;) if (await isFree(--this.next)) return this.next;
    throw new Error(`No port below ${LOWEST} is free.`);
  }
}
