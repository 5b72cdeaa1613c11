import type { LogRecord, Outcome } from '../../src/replication/index.js';
import type { Input, Output, RegisterOperation } from '../support/linearizability/index.js';
import { describeOutcome } from './describe.js';
import { valueOf } from './values.js';
import type { World } from './world.js';

/** A call that may not have returned yet. */
export interface Call {
  readonly client: number;
  readonly key: string;
  readonly input: Input;
  readonly at: number;
}

/** What clients saw. Calls and returns are numbered, not timed: nothing is concurrent that was not. */
export class History {
  readonly operations: RegisterOperation[] = [];
  /** What came of each call that was answered; null: its server died. */
  readonly results = new Map<Call, Outcome | null>();
  /** How often each kind of outcome was seen. */
  readonly outcomes = new Map<string, number>();
  private readonly open = new Set<Call>();
  private events = 0;

  constructor(private readonly world: World) {}

  call(client: number, key: string, input: Input): Call {
    const call = { client, key, input, at: ++this.events };
    this.open.add(call);
    return call;
  }

  /** `vouched`: the answer was not marked as provisional. One that was is true for its own side only. */
  answered(call: Call, outcome: Outcome | null, vouched: boolean): void {
    this.open.delete(call);
    this.results.set(call, outcome);
    this.count(outcome?.kind ?? 'crashed');
    this.world.trace.text(outcome?.kind ?? 'crashed');
    this.world.say(
      () =>
        `  client ${call.client}: ${call.input.kind} ${call.key} → ${outcome === null ? 'nothing' : describeOutcome(outcome)}`,
    );
    const output = outcome === null ? null : outputOf(call.input, outcome, vouched);
    if (output !== 'nothing done') this.record(call, output);
  }

  /** Numbers what happens between calls and returns. */
  readonly moment = (): number => ++this.events;

  get isQuiet(): boolean {
    return this.open.size === 0;
  }

  /** Those that were never answered may still have been done. */
  close(): RegisterOperation[] {
    for (const call of this.open) this.record(call, null);
    this.open.clear();
    return this.operations;
  }

  private record({ client, key, input, at }: Call, output: Output | null): void {
    if (input.kind === 'get' && output === null) return;
    this.operations.push({
      client,
      key,
      call: at,
      return: output === null ? Infinity : ++this.events,
      input,
      output,
    });
  }

  private count(kind: string): void {
    this.outcomes.set(kind, (this.outcomes.get(kind) ?? 0) + 1);
  }
}

function outputOf(input: Input, outcome: Outcome, vouched: boolean): Output | null | 'nothing done' {
  switch (outcome.kind) {
    case 'done':
      return outcome.copies === null ? writeOutput(input, outcome.record) : null;
    case 'refused':
      // The other side of a partition may have done it all the same.
      if (!vouched) return null;
      return outcome.record.refusal === 'absent' ? 'absent' : 'refused';
    case 'object':
      return vouched ? { value: valueOf(outcome.record) } : 'nothing done';
    case 'absent':
      return vouched ? 'absent' : 'nothing done';
    case 'unknown':
      return null;
    case 'not-done':
    case 'unavailable':
      return 'nothing done';
    case 'piece':
    case 'current':
    case 'left':
    case 'adopted':
      throw new Error(`${outcome.kind} answers no ${input.kind}`);
  }
}

function writeOutput(input: Input, record: LogRecord): Output {
  if (input.kind === 'delete') return 'done';
  return record.replaced ? 'replaced' : 'created';
}
