import { Random } from '../../simulation/random.js';
import { type ServerProcess, waitFor } from '../processes/index.js';
import { Client, type Mix } from './client.js';
import type { Traffic } from './traffic.js';

const CLIENTS = 8;
const PROGRESS_MS = 20_000;

export interface Crowd {
  /** What the names of the clients begin with: no two crowds of a round have the same. */
  readonly name?: string;
  readonly clients?: number;
  readonly mix?: Mix;
}

/** The clients of a round. They keep away from servers that are known to be down or paused, and use them again afterwards. */
export class Load {
  private readonly clients: Client[];
  private readonly running: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly traffic: Traffic,
    seed: number,
    private readonly servers: () => readonly ServerProcess[],
    { name = 'c', clients = CLIENTS, mix = 'all' }: Crowd = {},
  ) {
    this.clients = Array.from(
      { length: clients },
      (_, number) => new Client(`${name}${number + 1}`, new Random(seed, number + 1), traffic, mix),
    );
  }

  start(): void {
    for (const client of this.clients) this.running.push(this.keepActing(client));
  }

  /** Waits until the clients have got this many answers more. */
  async progress(answers: number): Promise<void> {
    const enough = this.traffic.tally.total + answers;
    await waitFor(`${answers} more answers`, PROGRESS_MS, () => {
      const { total } = this.traffic.tally;
      return total >= enough ? undefined : `${enough - total} are missing`;
    });
  }

  /** Waits for the answers that are due. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
    for (const client of this.clients) client.close();
  }

  private async keepActing(client: Client): Promise<void> {
    while (!this.stopped) await client.act(this.servers());
  }
}
