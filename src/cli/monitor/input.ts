import type { WatchEvent } from '../../client/index.js';
import type { Report } from './report.js';

/** What one server said when it was asked for the ring. */
export interface Answer {
  readonly url: string;
  /** Null: nothing, in time. */
  readonly report: Report | null;
}

/** What comes in. `at`: the monitor's clock, ms. */
export type Input =
  /** Events are read from this origin now. */
  | { readonly kind: 'watching'; readonly at: number; readonly url: string }
  /** Everything but writes and heartbeats, which are counted. */
  | { readonly kind: 'event'; readonly at: number; readonly event: WatchEvent }
  /** Writes since the last time. */
  | {
      readonly kind: 'writes';
      readonly at: number;
      readonly puts: number;
      readonly deletes: number;
      readonly seconds: number;
    }
  /** Every server that is known was asked. `why`: what was said when none answered. */
  | {
      readonly kind: 'round';
      readonly at: number;
      readonly answers: readonly Answer[];
      readonly why: string;
    };
