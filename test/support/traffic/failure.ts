import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLogs } from '../processes/index.js';
import type { Scene } from './scene.js';

const HISTORY = 'history.json';

/** The whole history of the shared keys goes beside the servers' logs. */
export function keepEvidence({ ring, traffic }: Scene): void {
  const lines = traffic.history.close().map((operation) => JSON.stringify(operation));
  writeFileSync(join(ring.directory, HISTORY), `[\n${lines.join(',\n')}\n]\n`);
}

/** What a person needs to look into a round that failed. */
export function describeFailure(error: unknown, { ring, traffic, begunAt }: Scene, replay: string): string {
  return [
    error instanceof Error ? error.message : String(error),
    '',
    `The schedule again (its timing differs each time): ${replay}`,
    `The servers' logs and ${HISTORY}: ${ring.directory}`,
    `Answers: ${traffic.tally.describe()}`,
    `The servers since the round began:`,
    describeLogs(ring.servers, begunAt),
  ].join('\n');
}
