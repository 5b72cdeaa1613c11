import type { Happening } from './happening.js';
import type { MonitorState } from './state.js';

/** Where people or programs see it. */
export interface View {
  /** In order, and each once. `state`: after them. */
  happened(happenings: readonly Happening[], state: MonitorState): void;
  /** All servers were asked. `at`: the monitor's clock, ms. */
  beat(state: MonitorState, at: number): void;
  end(): void;
}
