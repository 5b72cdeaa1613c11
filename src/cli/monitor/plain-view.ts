import { age, clock, count } from './format.js';
import type { Happening } from './happening.js';
import { documentOf, heartbeatsOf } from './json.js';
import { isMember, type MonitorState, portOf, type Row } from './state.js';
import { piece, plain } from './text.js';
import type { View } from './view.js';
import { lineOf } from './words.js';

/** How often the heartbeats are told where lines are read one after the other. */
const HEARTBEATS_EVERY_MS = 10_000;

/** Where lines go. Who reads slowly misses heartbeats, and nothing that has happened. */
export interface Output {
  write(text: string): void;
  /** What was written before is still waiting to be read. */
  isBehind(): boolean;
}

/** One line for each thing that happens, and now and then one on the heartbeats. Without codes of any terminal. */
export class PlainView implements View {
  private beatAt = -Infinity;

  constructor(private readonly output: Output) {}

  happened(happenings: readonly Happening[]): void {
    for (const happening of happenings) this.output.write(`${plain(lineOf(happening))}\n`);
  }

  beat(state: MonitorState, at: number): void {
    const isTold = state.rows.length > 0 && state.contact !== 'lost';
    if (!isTold || this.output.isBehind() || at - this.beatAt < HEARTBEATS_EVERY_MS) return;
    this.beatAt = at;
    const told = state.rows.map((row) => heartbeatOf(row, state, at)).join('; ');
    this.output.write(`${plain([piece(`${clock(at)}  heartbeats   ${told}`)])}\n`);
  }

  end(): void {
    // What was written stays.
  }
}

/** One document a line: what happens, and the heartbeat of each server once a round. */
export class JsonView implements View {
  constructor(private readonly output: Output) {}

  happened(happenings: readonly Happening[]): void {
    for (const happening of happenings) this.tell(documentOf(happening));
  }

  beat(state: MonitorState, at: number): void {
    if (this.output.isBehind()) return;
    for (const document of heartbeatsOf(state, at)) this.tell(document);
  }

  end(): void {
    // What was written stays.
  }

  private tell(document: object): void {
    this.output.write(`${JSON.stringify(document)}\n`);
  }
}

function heartbeatOf(row: Row, { primary }: MonitorState, at: number): string {
  const role = isMember(row) ? (row.name === primary ? ' primary' : ' backup') : '';
  const heard = row.heardAt === null ? 'never heard' : `${clock(row.heardAt)} (${age(at - row.heardAt)})`;
  const revision = row.figures === null ? '' : `, revision ${count(row.figures.revision)}`;
  return `${row.name} ${portOf(row) ?? ''}${role} ${row.state} ${heard}${revision}`;
}
