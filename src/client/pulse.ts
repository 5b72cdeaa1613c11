import type { KnownServer } from './known-server.js';
import type { Plant } from './plant.js';

/** A stream is silent for long where nobody writes. After this time its server is asked whether it lives. */
const QUIET_MS = 3000;

/** Sees to it that a stream whose server hangs is given up, while its next piece is waited for. */
export class Pulse {
  private timer: NodeJS.Timeout | undefined;
  private readonly controller = new AbortController();

  constructor(
    private readonly plant: Pick<Plant, 'wire' | 'attemptMs'>,
    private readonly server: KnownServer,
    private readonly onSilence: () => void,
    private readonly quietMs = QUIET_MS,
  ) {}

  async during<T>(piece: Promise<T>): Promise<T> {
    this.start();
    try {
      return await piece;
    } finally {
      this.stop();
    }
  }

  end(): void {
    this.stop();
    this.controller.abort();
  }

  private start(): void {
    this.timer = setTimeout(() => void this.ask(), this.quietMs);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async ask(): Promise<void> {
    const bounds = { patienceMs: this.plant.attemptMs, signal: this.controller.signal };
    const request = { method: 'GET', path: '/health/live', headers: {}, body: null };
    const asked = this.timer;
    const reply = await this.plant.wire.send(this.server, request, bounds);
    if (reply.kind === 'answer') reply.message.resume();
    // Something has come meanwhile, or nobody waits any more.
    if (asked !== this.timer || this.controller.signal.aborted) return;
    if (reply.kind === 'answer') this.start();
    else this.onSilence();
  }
}
