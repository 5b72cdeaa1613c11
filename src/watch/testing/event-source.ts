import { get, type IncomingMessage } from 'node:http';

export interface TestEvent {
  readonly name: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const WAIT_MS = 10_000;

/** Test support: reads a stream as WHATWG HTML 9.2.6 says, one event at a time, and does not come back by itself. */
export class EventSource {
  /** What it would come back with. */
  lastEventId = '';
  retryMs = 0;
  private text = '';
  private readonly events: TestEvent[] = [];
  private isEnded = false;
  private wake: () => void = () => {};

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.receive(chunk));
    response.on('error', () => {});
    response.once('close', () => {
      this.isEnded = true;
      this.wake();
    });
  }

  /** Resolves when the server has answered. `lastEventId`: '' for none. */
  static open(url: string, lastEventId = ''): Promise<EventSource> {
    const headers = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (response) => resolve(new EventSource(response)));
      request.once('error', reject);
    });
  }

  async next(): Promise<TestEvent> {
    await this.until(() => this.events.length > 0);
    return this.events.shift()!;
  }

  async take(count: number): Promise<TestEvent[]> {
    await this.until(() => this.events.length >= count);
    return this.events.splice(0, count);
  }

  /** The next event of this name; the others before it are passed over. */
  async find(name: string): Promise<TestEvent> {
    for (;;) {
      const event = await this.next();
      if (event.name === name) return event;
    }
  }

  async untilEnded(): Promise<void> {
    await this.until(() => this.isEnded);
  }

  close(): void {
    this.response.destroy();
  }

  private async until(holds: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    while (!holds()) {
      if (this.isEnded || deadline.aborted) throw new Error(`waited in vain; ended: ${this.isEnded}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  private receive(chunk: string): void {
    const blocks = (this.text + chunk).split('\n\n');
    this.text = blocks.pop()!;
    for (const block of blocks) this.read(block);
    this.wake();
  }

  private read(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    this.retryMs = Number(fields.get('retry') ?? this.retryMs);
    const data = fields.get('data');
    if (data === undefined) return;
    this.events.push({ name: fields.get('event')!, id: this.lastEventId, data: JSON.parse(data) });
  }
}
