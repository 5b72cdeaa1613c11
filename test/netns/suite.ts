import {
  describeFailure,
  differences,
  keepEvidence,
  replayCommand,
  roundSeed,
  verify,
} from '../support/traffic/index.js';
import { Figures } from './figures.js';
import type { Round } from './rounds.js';
import { type Plan, Site } from './site.js';
import { Stage } from './stage.js';

/** Plays rounds one after the other, on the same ring as long as it is sound and of the same plan. */
export class Suite {
  readonly figures = new Figures();
  private site: Site | undefined;
  private plan: Plan | undefined;
  private played = 0;

  constructor(private readonly seed: number) {}

  async play({ name, plan, play }: Round): Promise<void> {
    const site = await this.siteOf(plan);
    const stage = new Stage(
      site,
      this.figures,
      name,
      roundSeed(this.seed, `${plan.name} ${name}`),
      ++this.played,
    );
    try {
      await play(stage);
      await stage.quiet();
      const sentences = await verify(stage);
      if (sentences.length > 0) throw new Error(sentences.join('\n'));
    } catch (error) {
      // The clients' last answers belong to the evidence.
      await stage.quiet();
      keepEvidence(stage);
      this.site = undefined;
      await site.close(false);
      throw new Error(
        describeFailure(error, stage, replayCommand('test:netns', this.seed, `${plan.name} ${name}`)),
        {
          cause: error,
        },
      );
    } finally {
      this.figures.rounds += 1;
      this.figures.requests += stage.traffic.tally.total;
    }
  }

  /** Compares all that the servers of the present ring list, and ends it. */
  async retire(): Promise<string[]> {
    const { site } = this;
    this.site = undefined;
    if (site === undefined) return [];
    let isSound = false;
    try {
      await site.ring.agree(true);
      const sentences = await differences(site.ring, '');
      isSound = sentences.length === 0;
      return sentences;
    } finally {
      await site.close(isSound);
    }
  }

  private async siteOf(plan: Plan): Promise<Site> {
    if (this.plan !== plan) await this.retire();
    this.plan = plan;
    this.site ??= await Site.open(plan);
    return this.site;
  }
}
