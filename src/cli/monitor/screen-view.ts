import { Canvas } from './canvas.js';
import { frameOf } from './frame.js';
import type { Happening } from './happening.js';
import { type Log, withHappenings } from './log.js';
import { BEGINNING, type MonitorState } from './state.js';
import type { View } from './view.js';

/** Ages grow meanwhile. */
const REDRAW_MS = 500;
/** However much happens, it is drawn this often at most. */
const LEAST_PAUSE_MS = 50;
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** A terminal that can be drawn on. One that does not know its size says 0. */
export interface Screen {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** The whole screen, drawn anew when something has changed. */
export class ScreenView implements View {
  private state: MonitorState = BEGINNING;
  private log: Log = [];
  private drawing: NodeJS.Timeout | undefined;
  private readonly canvas: Canvas;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly screen: Screen,
    hasColours: boolean,
    private readonly now: () => number = Date.now,
  ) {
    this.canvas = new Canvas((text) => screen.write(text), hasColours);
    this.timer = setInterval(() => this.draw(), REDRAW_MS);
    screen.on('resize', this.resized);
    this.draw();
  }

  happened(happenings: readonly Happening[], state: MonitorState): void {
    this.log = withHappenings(this.log, happenings);
    this.show(state);
  }

  beat(state: MonitorState): void {
    this.show(state);
  }

  end(): void {
    clearInterval(this.timer);
    clearTimeout(this.drawing);
    this.screen.off('resize', this.resized);
    this.canvas.leave();
  }

  private show(state: MonitorState): void {
    this.state = state;
    this.drawing ??= setTimeout(() => this.draw(), LEAST_PAUSE_MS);
  }

  private draw(): void {
    clearTimeout(this.drawing);
    this.drawing = undefined;
    const columns = this.screen.columns || DEFAULT_SIZE.columns;
    const rows = this.screen.rows || DEFAULT_SIZE.rows;
    this.canvas.draw(frameOf(this.state, this.log, this.now(), { columns, rows }), columns);
  }

  private readonly resized = (): void => {
    this.canvas.forget();
    this.draw();
  };
}
