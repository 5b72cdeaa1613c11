import type { Answer, Grant, Input, Ready, ReplicaEvent, Saves } from '../replication/index.js';
import { readClock } from './clock.js';
import type { Core } from './core.js';
import type { Links } from './links.js';

export interface Effects {
  /** Calls `done` once the changes are safe. */
  save(saves: Saves, done: () => void): void;
  grant(grant: Grant): void;
  answer(answer: Answer): void;
  event(event: ReplicaEvent): void;
  /** The core has broken: no input may reach it any more. */
  broken(error: unknown): void;
}

/**
 * Feeds the core, and does what it says. An input is stepped at once; what follows from all the inputs of one turn of
 * the event loop is done together at its end. So the requests that arrived together share one frame, and a single one
 * waits for nobody, as the loop goes straight on to its immediates.
 */
export class Driver {
  private isScheduled = false;
  private stopped = false;

  constructor(
    private readonly core: Core,
    private readonly links: Links,
    private readonly effects: Effects,
  ) {}

  step(input: Input): void {
    this.guard(() => this.core.step(input, readClock()));
    this.schedule();
  }

  /** Does now what is to be done. */
  flush(): void {
    this.guard(() => {
      const ready = this.core.ready();
      if (ready !== null) this.perform(ready);
    });
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  stop(): void {
    this.stopped = true;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.flush();
    });
  }

  /** In the order of the fields. */
  private perform(ready: Ready): void {
    if (ready.saves !== null) this.save(ready.saves);
    for (const { link, message, patient, stored } of ready.messages)
      this.links.send(link, message, patient, stored);
    this.links.flush();
    for (const link of ready.hangups) this.links.hangup(link);
    for (const address of ready.dials) this.links.dial(address);
    for (const grant of ready.grants) this.effects.grant(grant);
    for (const answer of ready.answers) this.effects.answer(answer);
    for (const event of ready.events) this.effects.event(event);
  }

  /** Nothing waits for it: what may be told only when it is safe, the core holds back itself. */
  private save(saves: Saves): void {
    this.effects.save(saves, () => this.step({ kind: 'saved', sequence: saves.sequence }));
  }

  private guard(action: () => void): void {
    if (this.stopped) return;
    try {
      action();
    } catch (error) {
      this.stop();
      this.effects.broken(error);
    }
  }
}
