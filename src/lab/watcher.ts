import { setTimeout as sleep } from 'node:timers/promises';
import type { Bounds } from './bounds.js';
import { describeChanges, newest } from './changes.js';
import type { RingAnswer } from './ring-answer.js';
import type { RingApi } from './ring-api.js';
import type { ServerProcess } from './server-process.js';

/** What each running server that answered says of the ring, by port. */
export type Answers = ReadonlyMap<number, RingAnswer>;

/** An older view than the one shown must last this long: it may only be the one that the others are about to leave. */
const olderViewMs = 1_000;

/** Looks at the ring through every running server, in the background and on demand, and says what changed. */
export class Watcher {
  private shown: RingAnswer | undefined;
  private olderSince: number | undefined;
  private last: Promise<Answers> = Promise.resolve(new Map());
  private watching = false;

  constructor(
    private readonly servers: () => readonly ServerProcess[],
    private readonly api: RingApi,
    private readonly bounds: Bounds,
    private readonly say: (line: string) => void,
  ) {}

  start(): void {
    this.watching = true;
    void this.watch();
  }

  /** After this nothing is said any more. */
  stop(): void {
    this.watching = false;
  }

  /** A look that begins now, or when the one that is under way is over; its changes are said before it returns. */
  look(): Promise<Answers> {
    this.last = this.last.then(() => this.lookNow());
    return this.last;
  }

  private async watch(): Promise<void> {
    while (this.watching) {
      await this.look();
      await sleep(this.bounds.pollMs);
    }
  }

  private async lookNow(): Promise<Answers> {
    const answers = new Map<number, RingAnswer>();
    const asked = this.servers().filter((server) => server.state === 'running');
    const given = await Promise.all(asked.map(({ port }) => this.api.ring(port, this.bounds.answerMs)));
    asked.forEach((server, index) => {
      const answer = given[index];
      // What a server said just before it was paused or ended counts no more.
      if (answer && server.state === 'running') answers.set(server.port, answer);
    });
    if (this.watching) this.announce(newest(answers.values()));
    return answers;
  }

  private announce(now: RingAnswer | undefined): void {
    if (!now) {
      if (this.servers().every((server) => !server.alive)) this.shown = undefined;
      return;
    }
    if (this.isPassing(now)) return;
    const changes = describeChanges(this.shown, now, (name) => this.label(name));
    this.shown = now;
    for (const line of changes) this.say(line);
  }

  private isPassing(now: RingAnswer): boolean {
    if (!this.shown || now.view >= this.shown.view) {
      this.olderSince = undefined;
      return false;
    }
    this.olderSince ??= performance.now();
    return performance.now() - this.olderSince < olderViewMs;
  }

  private label(name: string): string {
    const server = this.servers().find(({ place }) => place.name === name);
    return server ? String(server.port) : name;
  }
}
