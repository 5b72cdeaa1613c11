import type { IncomingMessage } from 'node:http';

import { wholeBody } from './bounded-body.js';
import { CallError, type Caller } from './caller.js';
import { Pauses } from './pauses.js';
import { readSighting, type Sighting } from './sighting.js';

/** A look may take so long, or the server counts as silent. */
const LOOK_MS = 1_000;
const MOST_RING_BYTES = 1024 * 1024;
/** A look that an event is the reason for is so soon … */
const SOON_MS = 50;
/** … and there is no other such look within this time, whatever a server tells. */
const NUDGE_MS = 1_000;
/** No key begins with a control character, so no write is told. */
const EVENTS = '/events?prefix=%01';
const CHANGE = /^event: (?:joined|left|promoted|suspected)$/m;
/** What a server may tell between two looks; whoever tells more is looked at only. */
const MOST_TOLD_BYTES = 64 * 1024;

export interface Watcher {
  answered(origin: string, sighting: Sighting): void;
  failed(origin: string, reason: string): void;
}

/**
 * Watches one server of another island, for ever: it looks at its ring again and again, and hears its events meanwhile, so that a
 * change is known at once. An event is only a reason to look; nothing that it says is believed.
 */
export class Lookout {
  private timer: NodeJS.Timeout | null = null;
  private isLooking = false;
  private isClosed = false;
  private events: IncomingMessage | null = null;
  private isListening = false;
  private heardBytes = 0;
  private nudgedAt = -Infinity;

  constructor(
    private readonly origin: string,
    private readonly caller: Caller,
    private readonly watcher: Watcher,
    private readonly pauses = new Pauses(),
  ) {}

  start(): void {
    void this.look();
  }

  close(): void {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.events?.destroy();
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    this.heardBytes = 0;
    const pauseMs = await this.see();
    this.isLooking = false;
    this.lookIn(pauseMs);
  }

  private async see(): Promise<number> {
    try {
      const sighting = readSighting(await this.ask());
      if (this.isClosed) return 0;
      this.watcher.answered(this.origin, sighting);
      void this.listen();
      return this.pauses.afterAnswer();
    } catch (error) {
      // Of a host that is gone they would not end for hours, and it would not be heard when it is back.
      this.events?.destroy();
      if (!this.isClosed) this.watcher.failed(this.origin, (error as Error).message);
      return this.pauses.afterFailure();
    }
  }

  private async ask(): Promise<string> {
    const until = performance.now() + LOOK_MS;
    const message = await this.caller.ask(this.callOf('/ring'), LOOK_MS);
    if (message.statusCode !== 200) {
      message.destroy();
      throw new CallError('useless', `it answers ${message.statusCode} when it is asked for its ring`);
    }
    return (await wholeBody(message, MOST_RING_BYTES, until - performance.now())).toString();
  }

  /** Without its events a server is looked at as often as with them. */
  private async listen(): Promise<void> {
    if (this.isListening) return;
    this.isListening = true;
    try {
      const message = await this.caller.ask(this.callOf(EVENTS), LOOK_MS);
      if (this.isClosed || message.statusCode !== 200) return void message.destroy();
      this.events = message;
      message.on('data', (chunk: Buffer) => this.hear(message, chunk));
      await new Promise<void>((resolve) => message.once('close', resolve));
      this.events = null;
      this.nudge();
    } catch {
      // The next look tells whether it is there.
    } finally {
      this.isListening = false;
    }
  }

  private hear(message: IncomingMessage, chunk: Buffer): void {
    this.heardBytes += chunk.length;
    if (this.heardBytes > MOST_TOLD_BYTES) message.destroy();
    else if (CHANGE.test(chunk.toString('latin1'))) this.nudge();
  }

  private nudge(): void {
    const now = performance.now();
    if (this.isLooking || now - this.nudgedAt < NUDGE_MS) return;
    this.nudgedAt = now;
    this.lookIn(SOON_MS);
  }

  private lookIn(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (!this.isClosed) this.timer = setTimeout(() => void this.look(), ms);
  }

  private callOf(path: string) {
    return { origin: this.origin, method: 'GET' as const, path, headers: {} };
  }
}
