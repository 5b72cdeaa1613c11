import type { LoggerService } from '@nestjs/common';

import { isUnder } from './path-key.js';

/** Names that are told at once, and that are remembered as told. */
const MOST_TOLD = 20;
const MOST_KNOWN = 10_000;

/** What of the directory cannot be shared, each told people once. */
export class LeftOut {
  private readonly known = new Map<string, string>();
  private untold: string[] = [];
  private more = 0;

  constructor(private readonly logger: Pick<LoggerService, 'warn'>) {}

  /** @param reason what goes behind the name */
  note(name: string, reason: string): void {
    if (this.known.get(name) === reason) return;
    // What is not remembered would be told again by every walk.
    if (this.known.size >= MOST_KNOWN && !this.known.has(name)) return;
    this.known.set(name, reason);
    if (this.untold.length < MOST_TOLD) this.untold.push(`${quoted(name)} ${reason}`);
    else this.more++;
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  /** How many there are; no more than are remembered. */
  get count(): number {
    return this.known.size;
  }

  /** Nothing else is there in this directory. */
  retain(isThere: (name: string) => boolean, under: string): void {
    for (const name of this.known.keys()) if (isUnder(name, under) && !isThere(name)) this.forget(name);
  }

  /** Tells people of what is new. */
  flush(): void {
    for (const line of this.untold) this.logger.warn(`It is left out of FILES_DIR: ${line}`);
    if (this.more > 0) this.logger.warn(`It is left out of FILES_DIR: ${this.more} more`);
    this.untold = [];
    this.more = 0;
  }
}

/** JSON leaves some control characters as they are, which a terminal may obey. */
function quoted(name: string): string {
  return JSON.stringify(name).replaceAll(/\p{Cc}/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
