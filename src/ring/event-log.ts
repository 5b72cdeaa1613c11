import type { Logger } from '@nestjs/common';

import {
  indexOf,
  type LogRecord,
  primaryOf,
  type ReplicaEvent,
  type Server,
  type View,
} from '../replication/index.js';

/** A suspicion that comes to nothing, because too few others can be reached, is told several times a second. */
const QUIET_MS = 30_000;

/** What becomes of a body that this server's disk has lost. */
const FATES = {
  sought: ', and is taken from the ring again',
  lost: ', and nobody else has it: put it again, or delete it',
  'not-offered': '; it was written apart from the ring, to which this server cannot offer it',
} as const;

/** Tells people, in one line each, what happens to the ring. */
export class EventLog {
  private refusal = '';
  /** When each suspicion was told in the present view. */
  private readonly suspicions = new Map<string, number>();

  constructor(
    private readonly logger: Pick<Logger, 'log' | 'warn'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  tell(event: ReplicaEvent, self: Server): void {
    switch (event.kind) {
      case 'view':
        return this.tellView(event.view, event.previous, self);
      case 'suspected':
        return this.tellSuspicion(`${event.server.name} is suspected: ${event.reason}`);
      case 'removed':
        return this.logger.warn(
          `View ${event.view.id.number} goes on without this server, which joins again: ${membersOf(event.view)}`,
        );
      case 'offering':
        return this.logger.warn(
          `${event.count} writes were made apart from the ring; it is offered them, and keeps what clashes under /conflicts`,
        );
      case 'handing-on':
        return this.logger.log(
          `Before it leaves, the others take over what only this server keeps: ${event.left} objects are left`,
        );
      case 'handed-on':
        return this.tellHandedOn(event);
      case 'merged':
        return this.logger.log('The ring has all that was written apart from it');
      case 'damaged':
        return this.logger.warn(
          `DATA_DIR: the body of ${nameOf(event.record)} is damaged${FATES[event.fate]}`,
        );
      case 'stranger':
        return this.logger.warn(
          `${primaryOf(event.view).url} is of another ring that happens to have the same name: they stay apart; ` +
            'let the servers of one of them start with an empty DATA_DIR, or give it another RING',
        );
      case 'join-refused':
        return this.tellRefusal(event.reason);
      case 'committed':
        return;
    }
  }

  private tellHandedOn({ left, keys }: Extract<ReplicaEvent, { kind: 'handed-on' }>): void {
    if (left === 0) return this.logger.log('The others keep all that only this server kept');
    const some = keys.map((key) => JSON.stringify(key)).join(', ');
    this.logger.warn(
      `${left} objects that only this server keeps are not known to be at others, and may be read again only when it is back ` +
        `with its DATA_DIR: ${some}${keys.length < left ? ', …' : ''}`,
    );
  }

  /** It is tried again several times a second; people are told once, and again when the reason is another. */
  private tellRefusal(reason: string): void {
    if (reason === this.refusal) return;
    this.refusal = reason;
    this.logger.warn(`The ring did not take this server in yet: ${reason}`);
  }

  private tellSuspicion(sentence: string): void {
    const now = this.now();
    if (now - (this.suspicions.get(sentence) ?? -Infinity) < QUIET_MS) return;
    this.suspicions.set(sentence, now);
    this.logger.warn(sentence);
  }

  private tellView(view: View, previous: View | null, self: Server): void {
    this.suspicions.clear();
    if (previous !== null && indexOf(previous, self.id) >= 0) this.tellChanges(view, previous);
    const provisional = view.provisional ? ', provisional (too few of the others can be reached)' : '';
    this.logger.log(
      `${primaryOf(view).name} is the primary of view ${view.id.number}${provisional}: ${membersOf(view)}`,
    );
  }

  private tellChanges(view: View, previous: View): void {
    for (const { id, name } of view.members) if (indexOf(previous, id) < 0) this.logger.log(`${name} joined`);
    for (const { id, name } of previous.members) if (indexOf(view, id) < 0) this.logger.log(`${name} left`);
    const primary = primaryOf(view);
    if (primaryOf(previous).id !== primary.id) this.logger.log(`${primary.name} was promoted`);
  }
}

function membersOf(view: View): string {
  return view.members.map(({ name, full }) => (full ? name : `${name} (filling)`)).join(', ');
}

/** Keys of conflicts are not those of any client. */
function nameOf({ key, revision }: LogRecord): string {
  return `${JSON.stringify(key)} (revision ${revision})`;
}
