/** Rows and what they find. */
import type { Running } from '../contenders/index.mjs';
import type { Generator } from '../load/generator.mjs';

/** One line of the figures to reach, in a file of its own in `rows/`. */
export interface Row {
  /** As given to `--only`. */
  name: string;
  title: string;
  /** Started when the row asks for them, and kept while following rows name them. */
  contenders: string[];
  reach: Reach[];
  /** Why it is left out with `--short`, unless `--only` names it. */
  notShort?: string;
  run(context: Context): Promise<Finding[]>;
}

export interface Reach {
  /** Label of a finding. */
  of: string;
  /** A name in `Finding.values`. */
  value: string;
  /** Label of the finding it is divided by; without it the value itself is judged. */
  against?: string;
  /** With both, the figure is to be flat: neither more nor less. */
  atLeast?: number;
  atMost?: number;
}

export interface Finding {
  label: string;
  /** By name, which has the unit: one number per round. */
  values: Record<string, number[]>;
  /** Why there are none. */
  absent?: string | undefined;
  /** What went wrong during the measurement: its figures are not to be trusted. */
  errors?: string | undefined;
}

/** Takes one figure, or some that belong together, as often as it is asked to. */
export interface Taker {
  label: string;
  /** The names of what it takes. */
  values: string[];
  /** Why it cannot take any. */
  absent?: string | undefined;
  take(): Promise<Taken>;
}

export interface Taken {
  values: Record<string, number>;
  errors?: string | undefined;
}

export interface Context {
  /** Some rows do less. */
  short: boolean;
  /** Of the bodies of the rows about large ones. */
  bodyBytes: number;
  rounds: number;
  /** Length of a slice. */
  seconds: number;
  running: Running;
  generator: Generator;
  progress(text: string): void;
}

/** A contender, and where and how it is asked. */
export interface Entrant {
  label: string;
  contender: string;
  /** Of its ports, the primary's first; without it the primary's. */
  choose?(ports: number[]): number[];
  /** Instead of the contender's own. */
  dialogue?: string;
}
