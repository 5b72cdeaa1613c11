import { Feed, type Ring } from './feed.js';
import type { Input } from './input.js';
import { BEGINNING, type MonitorState } from './state.js';
import { step } from './step.js';
import type { View } from './view.js';

/** Shows a ring until the signal ends it. */
export async function monitor(
  ring: Ring,
  intervalMs: number,
  view: View,
  signal: AbortSignal,
): Promise<void> {
  let state: MonitorState = BEGINNING;
  const take = (input: Input): void => {
    const next = step(state, input);
    state = next.state;
    if (next.happenings.length > 0) view.happened(next.happenings, state);
    if (input.kind === 'round') view.beat(state, input.at);
  };
  const feed = new Feed(ring, intervalMs, () => state.rows.map(({ url }) => url), take);
  await feed.run(signal);
}
