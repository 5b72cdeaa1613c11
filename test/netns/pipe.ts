import type { Socket } from 'node:net';

/** What happens to bytes on their way. */
export interface Weather {
  delayMs: number;
  /** Nothing passes, and nothing is lost. */
  isStalled: boolean;
  /** So many of the next chunks of dialers have one bit turned over. */
  toSpoil: number;
  spoiled: number;
  /** Chunks of fewer bytes are left alone. */
  smallest: number;
  /** Which byte of the chunk; undefined for any. A frame that is small mostly comes as a chunk of its own. */
  offset: number | undefined;
}

interface Chunk {
  readonly bytes: Buffer;
  /** When it may leave, on the monotonic clock. */
  readonly dueAt: number;
}

const MOST_HELD_BYTES = 2 ** 20;

/** One way of one connection. Held back, it takes no more than a bound from its sender. */
export class Pipe {
  private readonly held: Chunk[] = [];
  private heldBytes = 0;
  private hasEnded = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly weather: Weather,
    private readonly isSpoilt: boolean,
  ) {
    from.on('data', (bytes) => this.take(bytes));
    from.once('end', () => {
      this.hasEnded = true;
      this.pump();
    });
    to.on('drain', () => this.pump());
    to.once('close', () => {
      clearTimeout(this.timer);
      this.held.length = 0;
      from.resume();
    });
  }

  /** Hands on what may leave now. */
  pump(): void {
    clearTimeout(this.timer);
    const { held, to, from, weather } = this;
    if (weather.isStalled || to.destroyed) return;
    const now = performance.now();
    while (held.length > 0 && held[0]!.dueAt <= now && !to.writableNeedDrain) {
      const { bytes } = held.shift()!;
      this.heldBytes -= bytes.length;
      to.write(bytes);
    }
    if (this.heldBytes < MOST_HELD_BYTES) from.resume();
    if (held.length === 0 && this.hasEnded) to.end();
    if (held.length > 0 && !to.writableNeedDrain)
      this.timer = setTimeout(() => this.pump(), Math.max(1, held[0]!.dueAt - now));
  }

  private take(bytes: Buffer): void {
    if (this.isSpoilt) this.spoil(bytes);
    this.held.push({ bytes, dueAt: performance.now() + this.weather.delayMs });
    this.heldBytes += bytes.length;
    if (this.heldBytes >= MOST_HELD_BYTES) this.from.pause();
    this.pump();
  }

  private spoil(bytes: Buffer): void {
    const { weather } = this;
    if (weather.toSpoil === 0 || bytes.length < weather.smallest) return;
    weather.toSpoil -= 1;
    weather.spoiled += 1;
    const at = weather.offset ?? Math.floor(Math.random() * bytes.length);
    bytes[at]! ^= 1 << Math.floor(Math.random() * 8);
  }
}
