import type { GoneReason } from './report.js';
import type { MonitorState } from './state.js';

/** Something that people are told of, with its time by the monitor's clock, in ms. */
export type Happening = { readonly at: number } & What;

export type What =
  /** The ring as it was found: for the first time, or when it has another view than any that was known. */
  | {
      readonly kind: 'ring';
      readonly ring: string;
      readonly view: number;
      readonly primary: string | null;
      readonly members: readonly string[];
      readonly revision: number;
    }
  /** Events are read from this server now; `before`: from whom until then. */
  | {
      readonly kind: 'watching';
      readonly server: string;
      readonly url: string;
      readonly before: string | null;
    }
  | { readonly kind: 'joined' | 'promoted'; readonly server: string; readonly view: number }
  | { readonly kind: 'left'; readonly server: string; readonly view: number; readonly reason: GoneReason }
  | { readonly kind: 'suspected'; readonly server: string; readonly reason: string }
  /** A suspicion is over. */
  | { readonly kind: 'cleared'; readonly server: string }
  /** It has every object now. */
  | { readonly kind: 'filled'; readonly server: string }
  /** Chosen without a majority, or no more so. */
  | { readonly kind: 'provisional'; readonly provisional: boolean; readonly view: number }
  | { readonly kind: 'conflict'; readonly key: string; readonly revision: number; readonly deleted: boolean }
  | { readonly kind: 'settled'; readonly key: string; readonly of: number }
  | { readonly kind: 'merging'; readonly count: number }
  | { readonly kind: 'merged' }
  | { readonly kind: 'gap'; readonly revision: number }
  /** What was committed in this time. */
  | { readonly kind: 'writes'; readonly puts: number; readonly deletes: number; readonly seconds: number }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'reachable'; readonly afterSeconds: number };

/** The next state, and what is told of it. */
export interface Taken {
  readonly next: MonitorState;
  readonly told: readonly What[];
}
