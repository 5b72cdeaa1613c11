import { reading } from './calls.js';
import { EventParser } from './event-parser.js';
import type { WatchEvent } from './events.js';
import type { Answer } from './exchange.js';
import { queryOf } from './keys.js';
import type { WatchOptions } from './options.js';
import { pause } from './pauses.js';
import type { Plant } from './plant.js';
import { Pulse } from './pulse.js';
import { toWatchEvent } from './watch-event.js';

/** A stream that has lasted so long has not failed at once. */
const LASTING_MS = 5000;

/** Where a watch has come to. */
interface Place {
  /** The id that the next stream goes on behind; undefined before anything was told. */
  id: number | undefined;
}

/** Streams of events, one after the other, that are one to who reads them. */
export class Watching {
  constructor(private readonly plant: Plant) {}

  async *watch({ since, prefix, signal, deadlineMs }: WatchOptions = {}): AsyncGenerator<
    WatchEvent,
    void,
    undefined
  > {
    const { exchange, deadlineMs: usual, watchSlots } = this.plant;
    const place: Place = { id: since };
    const options = { signal, deadlineMs: deadlineMs ?? usual };
    for (let failures = 0; ; failures++) {
      const headers: Record<string, string> =
        place.id === undefined ? {} : { 'Last-Event-ID': String(place.id) };
      const call = reading('GET', `/events${queryOf({ prefix })}`, headers);
      const answer = await exchange.ask(call, options, watchSlots);
      const begun = performance.now();
      yield* this.read(answer, place);
      signal?.throwIfAborted();
      this.lost(answer);
      if (performance.now() - begun > LASTING_MS) failures = 0;
      else await this.pause(failures, signal);
    }
  }

  /** What one stream tells, until it ends however it does. */
  private async *read({ message, server }: Answer, place: Place): AsyncGenerator<WatchEvent> {
    const parser = new EventParser();
    const pulse = new Pulse(this.plant, server, () => message.destroy(new Error('its server is silent')));
    message.setEncoding('utf8');
    const chunks = message[Symbol.asyncIterator]() as AsyncIterator<string>;
    try {
      for (;;) {
        const text = await pulse.during(chunks.next()).catch(() => null);
        if (text === null || text.done === true) return;
        for (const raw of parser.feed(text.value)) {
          if (raw.id !== '') place.id = Number(raw.id);
          const event = toWatchEvent(raw);
          if (event !== null) yield event;
        }
      }
    } finally {
      pulse.end();
      message.destroy();
    }
  }

  /** Its server has failed, or is about to end. */
  private lost({ server }: Answer): void {
    server.hasFailed(performance.now());
    this.plant.discovery.suspect();
  }

  /** @throws the reason for the end of the signal or the client */
  private async pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
    const span = this.plant.life.begin({ signal, deadlineMs: Infinity });
    try {
      await pause(failures, 0, span.signal);
    } catch {
      throw span.signal.reason;
    } finally {
      span.end();
    }
  }
}
