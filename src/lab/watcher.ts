import { setTimeout as sleep } from 'node:timers/promises';
import type { Bounds } from './bounds.js';
import { ConflictPicture } from './conflicts.js';
import { newest, Picture } from './picture.js';
import type { RingAnswer } from './ring-answer.js';
import type { RingApi } from './ring-api.js';
import type { ServerProcess } from './server-process.js';

/** What each running server that answered says of the ring, by port. */
export type Answers = ReadonlyMap<number, RingAnswer>;

/** An older view than the one shown must last this long: it may only be the one that the others are about to leave. */
const olderViewMs = 1_000;

/**
 * Watches the ring through every running server, and tells what changes: by looks, in the background and on demand, and
 * by listening. So the death of a server takes nothing away that another one knows.
 */
export class Watcher {
  private readonly picture = new Picture((name) => this.label(name));
  private readonly conflictPicture = new ConflictPicture();
  private conflicts = 0;
  private olderSince: number | undefined;
  private last: Promise<Answers> = Promise.resolve(new Map());
  private readonly listening = new Set<number>();
  private readonly over = new AbortController();
  private watching = false;

  constructor(
    private readonly servers: () => readonly ServerProcess[],
    private readonly api: RingApi,
    private readonly bounds: Bounds,
    private readonly tell: (event: string) => void,
  ) {}

  start(): void {
    this.watching = true;
    void this.watch();
  }

  /** After this nothing is told any more. */
  stop(): void {
    this.watching = false;
    this.over.abort();
  }

  /** A look that begins now, or when the one that is under way is over; its changes are told before it returns. */
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
    if (this.watching) {
      this.see(newest(answers.values()));
      if (answers.size > 0) this.tellAll(this.picture.relieve(answers.values()));
      for (const port of answers.keys()) void this.listen(port);
      await this.seeConflicts(answers);
    }
    return answers;
  }

  private see(now: RingAnswer | undefined): void {
    if (!now) {
      if (this.servers().every((server) => !server.alive)) this.picture.forget();
    } else if (!this.isPassing(now)) this.tellAll(this.picture.see(now));
  }

  private isPassing(now: RingAnswer): boolean {
    if (now.view >= this.picture.viewNumber) {
      this.olderSince = undefined;
      return false;
    }
    this.olderSince ??= performance.now();
    return performance.now() - this.olderSince < olderViewMs;
  }

  /** To a server that answers, until its stream ends; the next look begins again. */
  private async listen(port: number): Promise<void> {
    if (this.listening.has(port)) return;
    this.listening.add(port);
    await this.api.listen(port, (notice) => this.tellAll(this.picture.hear(notice, port)), this.over.signal);
    this.listening.delete(port);
  }

  /** They are listed only when their number has changed: there are none, as a rule. */
  private async seeConflicts(answers: Answers): Promise<void> {
    const at = [...answers].find(([, answer]) => answer === newest(answers.values()));
    if (!at || at[1].conflicts === this.conflicts) return;
    const kept = at[1].conflicts === 0 ? [] : await this.api.conflicts(at[0], this.bounds.answerMs);
    if (!kept) return;
    this.conflicts = at[1].conflicts;
    this.tellAll(this.conflictPicture.see(kept));
  }

  private tellAll(lines: readonly string[]): void {
    if (this.watching) for (const line of lines) this.tell(line);
  }

  private label(name: string): string {
    const server = this.servers().find(({ place }) => place.name === name);
    return server ? String(server.port) : name;
  }
}
