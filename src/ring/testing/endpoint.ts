import type { TcpContext } from '@nestjs/microservices';

import { type Server, ORDINARY } from '../../replication/index.js';
import { Admission } from '../admission.js';
import { type Batch, FRAMES } from '../batch.js';
import { Failures } from '../failures.js';
import type { FrameSocket } from '../frame-socket.js';
import type { Identity } from '../handshake.js';
import { type LinkInput, Links, type LinkUser } from '../links.js';
import type { RingOptions } from '../options.js';
import { RingServer } from '../ring-server.js';
import { SETTINGS } from './settings.js';

interface Settings {
  readonly ring?: string;
  readonly secret?: string;
  readonly suspectAfterMs?: number;
  readonly sendBufferBytes?: number;
  /** Of failed handshakes; false: never, however long they take. */
  readonly forgives?: boolean;
}

type Kind = LinkInput['kind'];
type InputOf<K extends Kind> = Extract<LinkInput, { kind: K }>;

class UnforgivingLinks extends Links {
  protected override readonly admission = new Admission(new Failures(() => 0));
}

/** Test support: links and a listening server on a free port, without a core; what a core would hear is kept. */
export class Endpoint implements LinkUser {
  readonly heard: LinkInput[] = [];
  readonly links: Links;
  self: Server;
  private readonly server: RingServer;
  private readonly settings: Required<Settings>;
  private readonly waiting = new Set<() => void>();

  constructor(id: number, settings: Settings = {}) {
    this.settings = {
      ring: 'ringlet',
      secret: '',
      suspectAfterMs: 5_000,
      sendBufferBytes: 2 ** 27,
      forgives: true,
      ...settings,
    };
    const where = { url: 'http://127.0.0.1:8088', ring: '127.0.0.1:1233' };
    this.self = { id, name: `s${id}`, ...where, priority: id, durable: false, ...ORDINARY, was: 0 };
    const options = { host: '127.0.0.1', port: 0, ...this.settings } as unknown as RingOptions;
    this.links = this.settings.forgives ? new Links(options) : new UnforgivingLinks(options);
    this.server = new RingServer(this.links, options);
    const handler = async (batch: Batch, context: TcpContext) =>
      this.links.receive(context.getSocketRef() as FrameSocket, batch);
    this.server.addHandler(FRAMES, handler as never, true);
  }

  get port(): number {
    return this.server.listeningPort!;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve, reject) =>
      this.server.listen((error) => (error === undefined ? resolve() : reject(error as Error))),
    );
    this.links.open(this);
    return this;
  }

  /** Takes the oldest input of this kind out of what was heard, or the next to come. */
  async next<K extends Kind>(kind: K): Promise<InputOf<K>> {
    for (;;) {
      const index = this.heard.findIndex((input) => input.kind === kind);
      if (index >= 0) return this.heard.splice(index, 1)[0] as InputOf<K>;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  identity(): Identity {
    return { ring: this.settings.ring, secret: this.settings.secret, self: this.self, settings: SETTINGS };
  }

  take(input: LinkInput): void {
    this.heard.push(input);
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  piece(): Promise<null> {
    return Promise.resolve(null);
  }

  async close(): Promise<void> {
    await this.links.close();
    this.server.close();
  }
}
