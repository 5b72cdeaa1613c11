import type { LoggerService } from '@nestjs/common';

import type { FaultCode, LinkFault } from './faults.js';

const QUIET_MS = 30_000;
const MAX_REMEMBERED = 1_000;

/** Said only to those who look closely: it happens in every healthy ring. */
const QUIET_OF_DIAL: ReadonlySet<FaultCode> = new Set(['itself', 'not-ready']);
/** The core tells people of a link that has ended. Whoever only looks whether the port is open is no news either. */
const QUIET: ReadonlySet<FaultCode> = new Set([...QUIET_OF_DIAL, 'closed', 'lost']);

/** Tells people about connections that failed, and does not repeat itself: the same about the same address once in 30 s. */
export class Complaints {
  private readonly said = new Map<string, number>();

  constructor(
    private readonly logger: Pick<LoggerService, 'warn' | 'debug'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A connection that could not be made. */
  aboutDial(address: string, fault: LinkFault): void {
    this.say(address, address, fault, QUIET_OF_DIAL.has(fault.code));
  }

  /** Another connection. `source` is what counts as the same address: a caller has a new port every time. */
  about(address: string, source: string, fault: LinkFault): void {
    this.say(address, source, fault, QUIET.has(fault.code));
  }

  private say(address: string, source: string, fault: LinkFault, isQuiet: boolean): void {
    const key = `${fault.code} ${source}`;
    const last = this.said.get(key);
    if (last !== undefined && this.now() - last < QUIET_MS) return;
    this.remember(key);
    const sentence = `${address} ${fault.message}`;
    if (isQuiet) this.logger.debug?.(sentence);
    else this.logger.warn(sentence);
  }

  private remember(key: string): void {
    this.said.delete(key);
    this.said.set(key, this.now());
    if (this.said.size <= MAX_REMEMBERED) return;
    const [oldest] = this.said.keys();
    this.said.delete(oldest!);
  }
}
