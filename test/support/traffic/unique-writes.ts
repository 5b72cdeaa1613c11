import type { Verdict } from './verdict.js';

export interface Acknowledged {
  readonly value: string;
  readonly etag: string | undefined;
}

/** Writes of keys that nobody else ever writes: what was acknowledged has to stay, what was refused must never appear. */
export class UniqueWrites {
  readonly acknowledged = new Map<string, Acknowledged>();
  readonly notDone = new Map<string, string>();
  /** Acknowledged in a provisional view only, by the server of this name. */
  readonly provisional = new Map<string, string>();

  returned(key: string, value: string, server: string, verdict: Verdict): void {
    if (verdict.kind === 'done') this.acknowledged.set(key, { value, etag: verdict.etag });
    if (verdict.kind === 'marked') this.provisional.set(key, server);
    if (verdict.kind === 'not-done') this.notDone.set(key, verdict.why);
  }
}
