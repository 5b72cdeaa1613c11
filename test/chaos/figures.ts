import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Stage } from './stage.js';
import { Samples } from '../support/traffic/index.js';

const LONGEST_HANG_MS = 2_000;
/** From the start of their processes on. */
const READY_MS = 10_000;
const NANOSECONDS_IN_MS = 1e6;

/** What the rounds measured, beside what is to be reached. */
export class Figures {
  readonly killed = new Samples('killed: a survivor acknowledges again (ms)', 250);
  /** Every promise is on a disk before it is given. */
  readonly killedWithDisks = new Samples('killed, with disks: the same (ms)', 500);
  readonly silenced = new Samples('silenced: a survivor acknowledges again (ms)', 1_600);
  /** Shorter than that: it may be woken while the others choose, and be in the next view again. */
  readonly nearlySilenced = new Samples('silenced for 1 s, on the edge: the same (ms)', undefined);
  readonly silencedTogether = new Samples('two silenced together: the same (ms)', undefined);
  readonly hung = new Samples('longest request of a round with a kill (ms)', undefined);
  readonly rejoined = new Samples('woken: a member again, all agree (ms)', undefined);
  readonly restarted = new Samples('killed, started again: all ready (ms)', READY_MS);
  readonly wakened = new Samples('all killed: start to first write (ms)', undefined);
  readonly refilled = new Samples('damaged disk: start to ready (ms)', READY_MS);
  readonly loaded = new Samples('many objects of 1 KiB: written (ms)', undefined);
  readonly laden = new Samples('killed with these: all ready (ms)', READY_MS);
  readonly crowded = new Samples('newcomers at once: all ready (ms)', undefined);
  readonly left = new Samples('asked to leave: the process has ended (ms)', undefined);
  rounds = 0;
  stalls = 0;
  falseRemovals = 0;
  requests = 0;
  private longestHang = 0;
  private readonly lag = monitorEventLoopDelay({ resolution: 5 });

  constructor(private readonly seed: number) {
    this.lag.enable();
  }

  /** The clients of the round have ended. */
  count(stage: Stage): void {
    this.rounds += 1;
    this.requests += stage.traffic.tally.total;
    if (stage.kills.length === 0) return;
    const names = new Set(stage.ring.servers.map(({ place }) => place.name));
    const hang = Math.max(...stage.kills.map((at) => stage.traffic.tally.longestAfter(at, names)));
    this.longestHang = Math.max(this.longestHang, hang);
    this.hung.add(hang, stage, 'any server', stage.begunAt);
  }

  /** One sentence for each figure that is not reached. */
  missed(): string[] {
    const reaching = [
      this.killed,
      this.killedWithDisks,
      this.silenced,
      this.restarted,
      this.refilled,
      this.laden,
    ];
    const samples = reaching.filter(({ isMissed }) => isMissed);
    const sentences = samples.map(({ what, reach }) => `${what}: p99 is beyond ${reach}`);
    if (this.longestHang > LONGEST_HANG_MS)
      sentences.push(`A request hung for ${Math.round(this.longestHang)} ms after a kill`);
    if (this.falseRemovals > 0) sentences.push(`${this.falseRemovals} stalls ended in a removal`);
    return sentences;
  }

  table(): string {
    const all = [
      this.killed,
      this.killedWithDisks,
      this.hung,
      this.silenced,
      this.nearlySilenced,
      this.silencedTogether,
      this.rejoined,
      this.restarted,
      this.wakened,
      this.refilled,
      this.loaded,
      this.laden,
      this.crowded,
      this.left,
    ];
    const lag = [this.lag.percentile(99), this.lag.max].map((ns) => (ns / NANOSECONDS_IN_MS).toFixed(0));
    return [
      '',
      `${this.rounds} rounds, ${this.requests} requests, seed ${this.seed}`,
      `${''.padEnd(44)}${['samples', 'p50', 'p99', 'max'].map((cell) => cell.padStart(8)).join('')}`,
      ...all.map((samples) => samples.row()),
      `stalls of 500 ms: ${this.stalls}, false removals: ${this.falseRemovals}`,
      `lag of the clients' event loop: p99 ${lag[0]} ms, max ${lag[1]} ms; load of the machine: ${loadavg()[0]!.toFixed(1)}`,
      ...all.flatMap((samples) => samples.explain()),
      '',
    ].join('\n');
  }
}
