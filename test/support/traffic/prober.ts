import { Random } from '../../simulation/random.js';
import { type Caller, type ServerProcess, waitFor } from '../processes/index.js';
import { newCaller, type Traffic } from './traffic.js';

const WARM_WRITES = 5;
const WARM_MS = 10_000;
/** Longer than any request may take. */
const RECOVERY_MS = 12_000;

/** Writes at one server, one write after the other and as fast as they are acknowledged, over a connection of its own. */
export class Prober {
  private readonly caller: Caller;
  private readonly random = new Random(1);
  private acknowledged = 0;
  private sent = 0;
  private stopped = false;
  private faultAt = Infinity;
  private recoveredAt: number | undefined;
  private readonly running: Promise<void>;

  constructor(
    readonly server: ServerProcess,
    private readonly traffic: Traffic,
    /** A part of its keys: no two probers of a server have the same in a round. */
    private readonly part = 'probe',
    /** An acknowledgement that is marked as provisional counts as well. */
    private readonly mayBeApart = false,
  ) {
    this.caller = newCaller(server);
    this.running = this.run();
  }

  async warm(): Promise<void> {
    await waitFor(`writes at ${this.server.place.name}`, WARM_MS, () =>
      this.acknowledged >= WARM_WRITES ? undefined : `${this.acknowledged} were acknowledged`,
    );
  }

  /** The fault has just happened. */
  mark(at: number): void {
    this.faultAt = at;
  }

  /** Milliseconds from the fault to the end of the first write that began after it and was acknowledged. */
  async recovery(): Promise<number> {
    await waitFor(`a write after the fault at ${this.server.place.name}`, RECOVERY_MS, () =>
      this.recoveredAt === undefined ? 'none was acknowledged' : undefined,
    );
    return this.recoveredAt! - this.faultAt;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    this.caller.close();
  }

  private async run(): Promise<void> {
    const { server, traffic, caller, random } = this;
    const { name } = server.place;
    while (!this.stopped) {
      const startedAt = performance.now();
      const key = `${traffic.prefix}${this.part}/${name}/${++this.sent}`;
      const verdict = await traffic.once({ name: 'prober', server, caller, random }, key);
      if (verdict.kind !== 'done' && !(this.mayBeApart && verdict.kind === 'marked')) continue;
      this.acknowledged += 1;
      if (startedAt > this.faultAt) this.recoveredAt ??= performance.now();
    }
  }
}
