import type { Chooser } from './chooser.js';
import type { Vote } from './saved.js';
import type { State } from './state.js';

/** What this server may say, from now on, in the last view of the lineage that it was in: nothing, when it has bound itself there. */
export function voteOf({
  state,
  chooser,
}: {
  readonly state: State;
  readonly chooser: Chooser;
}): Vote | null {
  const { view, seat, vote } = state;
  if (view === null || view.provisional) return vote && { ...vote, isBound: vote.isBound || chooser.isBound };
  return { view: view.id, as: seat, isBound: chooser.isBound };
}
