import type { Logger } from '@nestjs/common';

import type { Change } from './register.js';

/** Tells people, in one line each, what becomes of the other islands. */
export class IslandLog {
  constructor(private readonly logger: Pick<Logger, 'log' | 'warn'>) {}

  tell(change: Change): void {
    switch (change.kind) {
      case 'up':
        return this.logger.log(`The island ${change.name} (${change.id}) is up, and asked at ${change.url}`);
      case 'down':
        return this.logger.warn(`The island ${change.name} (${change.id}) is down: ${change.reason}`);
      case 'own':
        return this.logger.log(
          `ISLANDS: ${change.url} is a server of this ring itself, and not asked as an island`,
        );
      case 'silent':
        return this.logger.warn(`ISLANDS: ${change.url}: ${change.reason}; it is tried until it answers`);
    }
  }
}
