import { ServerRing } from '../support/processes/index.js';
import { Figures } from './figures.js';
import type { Plan } from './plan.js';
import type { Round } from './rounds.js';
import { Stage } from './stage.js';
import {
  describeFailure,
  differences,
  keepEvidence,
  replayCommand,
  roundSeed,
  verify,
} from '../support/traffic/index.js';

const WARM = 40;

/** Plays rounds one after the other, on the same ring as long as it is sound and of the same plan. */
export class Suite {
  readonly figures: Figures;
  private ring: ServerRing | undefined;
  private plan: Plan | undefined;
  private played = 0;

  constructor(private readonly seed: number) {
    this.figures = new Figures(seed);
  }

  async play(round: Round): Promise<void> {
    const ring = await this.ringOf(round.plan);
    const { name } = round;
    const stage = new Stage(ring, this.figures, name, roundSeed(this.seed, name), ++this.played);
    try {
      stage.load.start();
      await stage.load.progress(WARM);
      await round.play(stage);
      await stage.quiet();
      const sentences = await verify(stage);
      if (sentences.length > 0) throw new Error(sentences.join('\n'));
    } catch (error) {
      // The clients' last answers belong to the evidence.
      await stage.quiet();
      keepEvidence(stage);
      this.ring = undefined;
      await ring.end();
      throw new Error(describeFailure(error, stage, replayCommand('test:chaos', this.seed, name)), {
        cause: error,
      });
    } finally {
      this.figures.count(stage);
    }
  }

  /** Compares all that the servers of the present ring list, and ends it. */
  async retire(): Promise<string[]> {
    const { ring } = this;
    this.ring = undefined;
    if (ring === undefined) return [];
    try {
      await ring.agree(true);
      const sentences = await differences(ring, '');
      if (sentences.length === 0) ring.removeLogs();
      return sentences;
    } finally {
      await ring.end();
    }
  }

  private async ringOf(plan: Plan): Promise<ServerRing> {
    if (this.plan !== plan) await this.retire();
    this.plan = plan;
    this.ring ??= await ServerRing.start(plan.size, plan.making);
    return this.ring;
  }
}
