import { Samples } from '../support/traffic/index.js';

/** What the rounds measured. The servers' patience is halved here, so none of it is compared with docs/bench.md. */
export class Figures {
  readonly cut = new Samples('cut off: the others acknowledge again (ms)', undefined);
  readonly healed = new Samples('healed under load: one view, all up (ms)', undefined);
  readonly equal = new Samples('healed: one view, equal catalogues (ms)', 5_000);
  readonly full = new Samples('disk full: deletions to first write (ms)', undefined);
  readonly failed = new Samples('disk failed: the others write again (ms)', undefined);
  readonly repaired = new Samples('damaged bytes: writes acknowledged again (ms)', undefined);
  readonly beside = new Samples('slow link: small write beside 20 MiB (ms)', undefined);
  readonly large = new Samples('slow link: 20 MiB at every server (ms)', undefined);
  rounds = 0;
  requests = 0;

  /** One sentence for each figure that is not reached. */
  missed(): string[] {
    return [this.equal]
      .filter(({ isMissed }) => isMissed)
      .map(({ what, reach }) => `${what}: p99 is beyond ${reach}`);
  }

  table(): string {
    const all = [
      this.cut,
      this.healed,
      this.equal,
      this.full,
      this.failed,
      this.repaired,
      this.beside,
      this.large,
    ];
    return [
      '',
      `${this.rounds} rounds, ${this.requests} requests`,
      `${''.padEnd(44)}${['samples', 'p50', 'p99', 'max'].map((cell) => cell.padStart(8)).join('')}`,
      ...all.map((samples) => samples.row()),
      '',
    ].join('\n');
  }
}
