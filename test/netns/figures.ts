import { Samples } from '../support/traffic/index.js';

/** What the rounds measured. The servers' patience is halved here, so none of it is compared with docs/bench.md. */
export class Figures {
  readonly cut = new Samples('cut off: the others acknowledge again (ms)', undefined);
  readonly healed = new Samples('healed: one view of all, all up (ms)', undefined);
  readonly repaired = new Samples('damaged bytes: writes acknowledged again (ms)', undefined);
  readonly beside = new Samples('slow link: small write beside 20 MiB (ms)', undefined);
  readonly large = new Samples('slow link: 20 MiB at every server (ms)', undefined);
  rounds = 0;
  requests = 0;
  /** Servers that stood apart after a cut, and were started anew. */
  apart = 0;

  table(): string {
    const all = [this.cut, this.healed, this.repaired, this.beside, this.large];
    return [
      '',
      `${this.rounds} rounds, ${this.requests} requests, ${this.apart} servers that stood apart`,
      `${''.padEnd(44)}${['samples', 'p50', 'p99', 'max'].map((cell) => cell.padStart(8)).join('')}`,
      ...all.map((samples) => samples.row()),
      '',
    ].join('\n');
  }
}
