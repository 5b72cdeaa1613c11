import type { Input, Output, RegisterOperation } from '../linearizability/index.js';
import type { Verdict } from './verdict.js';

/** A call that may not have returned yet. */
export interface Call {
  readonly client: string;
  readonly key: string;
  readonly input: Input;
  /** Microseconds since the history began. */
  readonly at: number;
}

/** What the clients of a round saw of the keys that they share. */
export class History {
  readonly operations: RegisterOperation[] = [];
  private readonly open = new Set<Call>();
  private readonly begunAt = performance.now();
  private last = 0;

  call(client: string, key: string, input: Input): Call {
    const call = { client, key, input, at: this.now() };
    this.open.add(call);
    return call;
  }

  returned(call: Call, verdict: Verdict): void {
    this.open.delete(call);
    if (verdict.kind === 'done') this.record(call, verdict.output);
    if (verdict.kind === 'unknown' || verdict.kind === 'marked') this.record(call, null);
  }

  /** What was never answered may still have been done. */
  close(): readonly RegisterOperation[] {
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
      return: output === null ? Infinity : this.now(),
      input,
      output,
    });
  }

  /** Never the same twice: one process saw all events, so it knows their order. */
  private now(): number {
    this.last = Math.max(this.last + 1, Math.round((performance.now() - this.begunAt) * 1_000));
    return this.last;
  }
}
