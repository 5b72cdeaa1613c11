import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFirst } from '../../../src/lab/boot.js';
import type { Bounds } from '../../../src/lab/bounds.js';
import { Lab, type LabParts } from '../../../src/lab/lab.js';
import type { Outcome } from '../../../src/lab/outcome.js';
import { runLine } from '../../../src/lab/words.js';
import { FakeRing } from './fake-ring.js';

export const shortBounds: Bounds = {
  pollMs: 5,
  retryMs: 1,
  answerMs: 100,
  startMs: () => 60,
  readyMs: 60,
  viewMs: 60,
  exitMs: 60,
  closeMs: 60,
  sendMs: 200,
  tryMs: 60,
};

export const fakePorts = [28_090, 28_089, 28_088];

/** A lab on a fake ring, without files. `said` holds what it said; close() belongs into afterEach. */
export class FakeLab {
  readonly ring = new FakeRing();
  readonly said: string[] = [];
  readonly lab: Lab;

  constructor(more: Partial<LabParts> = {}) {
    this.lab = new Lab({
      spawn: this.ring.spawn,
      api: this.ring.api,
      bounds: shortBounds,
      directory: join(tmpdir(), `fake-lab-${randomUUID()}`),
      environment: {},
      say: (line) => this.said.push(line),
      tell: (event) => this.said.push(event),
      dismissGuard: () => undefined,
      ...more,
    });
  }

  start(): Promise<Outcome> {
    return startFirst(this.lab, fakePorts);
  }

  run(line: string): Promise<Outcome> {
    return runLine(this.lab, line);
  }

  /** The text or the sentence of each line's outcome, failures marked. */
  async transcript(...lines: string[]): Promise<string[]> {
    const shown: string[] = [];
    for (const line of lines) {
      const outcome = await this.run(line);
      shown.push(outcome.kind === 'done' ? outcome.text : `failed: ${outcome.sentence}`);
    }
    return shown;
  }
}
