import type { Child, Exit, Spawn } from '../../../src/lab/server-process.js';
import type { Reply, RingApi } from '../../../src/lab/ring-api.js';
import type { KeptConflict } from '../../../src/lab/conflicts.js';
import type { Notice } from '../../../src/lab/notice.js';
import type { RingAnswer } from '../../../src/lab/ring-answer.js';

interface FakeServer {
  id: string;
  name: string;
  port: number;
  paused: boolean;
  environment: NodeJS.ProcessEnv;
  end: (exit: Exit) => void;
}

/**
 * A ring without processes or network: it spawns servers that are objects here, and answers for them. What each knob
 * holds are ports.
 */
export class FakeRing {
  readonly servers = new Map<number, FakeServer>();
  readonly objects = new Map<string, string>();
  /** Every PUT and GET, as it was tried. */
  readonly tried: string[] = [];
  /** Start, but never get into the ring. */
  readonly notReady = new Set<number>();
  /** Exit as soon as they are started. */
  readonly crashing = new Set<number>();
  /** Do not heed SIGTERM. */
  readonly deaf = new Set<number>();
  /** Answer 503 to PUT and GET. */
  readonly refusing = new Set<number>();
  /** Answer neither PUT nor GET. */
  readonly mute = new Set<number>();
  /** Whether the ring gives up those that die or fall silent. */
  closesOver = true;
  /** What lost when sides met, as all servers tell it. */
  conflicts: KeptConflict[] = [];
  view = 0;
  private readonly listeners = new Map<number, ((notice: Notice) => void)[]>();
  private readonly hangUps = new Map<number, () => void>();
  private members: FakeServer[] = [];
  private started = 0;

  readonly spawn: Spawn = (environment) => {
    const port = Number(environment['PORT']);
    const pid = ++this.started;
    let end!: (exit: Exit) => void;
    const exited = new Promise<Exit>((resolve) => (end = resolve));
    const name = environment['NAME'] ?? '';
    const server: FakeServer = { id: `${name}/${pid}`, name, port, paused: false, environment, end };
    if (this.crashing.has(port)) end({ code: 3, signal: null });
    else this.enter(server);
    const child: Child = { pid, exited, signal: (signal) => this.signal(server, signal) };
    return child;
  };

  readonly api: RingApi = {
    ring: async (port) => this.answerOf(port),
    ready: async (port) => this.members.some((member) => member.port === port && !member.paused),
    listen: (port, hear, signal) => this.listen(port, hear, signal),
    conflicts: async () => this.conflicts,
    put: async (port, key, value) => this.answer('put', port, () => this.objects.set(key, value) && ''),
    get: async (port, key) => this.answer('get', port, () => this.objects.get(key)),
  };

  /** What the server tells those who listen. */
  tell(port: number, notice: Notice): void {
    for (const hear of this.listeners.get(port) ?? []) hear(notice);
  }

  /** Ends every stream of the server's. */
  hangUp(port: number): void {
    this.hangUps.get(port)?.();
  }

  private listen(port: number, hear: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
    this.listeners.set(port, [...(this.listeners.get(port) ?? []), hear]);
    return new Promise((resolve) => {
      const end = () => {
        this.listeners.delete(port);
        resolve();
      };
      this.hangUps.set(port, end);
      signal.addEventListener('abort', end);
    });
  }

  environmentOf(port: number): NodeJS.ProcessEnv {
    return this.servers.get(port)?.environment ?? {};
  }

  /** Ends a server without the lab having asked for it. */
  end(port: number, exit: Exit): void {
    const server = this.servers.get(port);
    if (server) this.gone(server, exit);
  }

  private enter(server: FakeServer): void {
    this.servers.set(server.port, server);
    if (!this.notReady.has(server.port)) this.install([...this.members, server]);
  }

  private signal(server: FakeServer, signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.gone(server, { code: null, signal });
    if (signal === 'SIGTERM' && !this.deaf.has(server.port)) this.gone(server, { code: 0, signal: null });
    if (signal === 'SIGSTOP') this.silence(server);
    if (signal === 'SIGCONT' && this.servers.get(server.port) === server) this.wake(server);
  }

  private silence(server: FakeServer): void {
    server.paused = true;
    if (this.closesOver) this.install(this.members.filter((member) => member !== server));
  }

  private wake(server: FakeServer): void {
    server.paused = false;
    if (!this.members.includes(server)) this.install([...this.members, server]);
  }

  private gone(server: FakeServer, exit: Exit): void {
    this.servers.delete(server.port);
    this.hangUp(server.port);
    if (this.closesOver && this.members.includes(server)) {
      this.install(this.members.filter((member) => member !== server));
    }
    server.end(exit);
  }

  private install(members: FakeServer[]): void {
    this.view += 1;
    this.members = members.toSorted((a, b) => b.port - a.port);
  }

  private answerOf(port: number): RingAnswer | undefined {
    const server = this.servers.get(port);
    if (!server || server.paused) return undefined;
    return {
      view: this.view,
      primary: this.members[0]?.name ?? null,
      self: server.name,
      members: this.members.map(({ id, name }) => ({ id, name, state: 'full' })),
      revision: String(this.objects.size),
      objects: this.objects.size,
      conflicts: this.conflicts.length,
      phase: 'member',
      provisional: false,
    };
  }

  private answer(what: string, port: number, find: () => string | undefined): Reply {
    this.tried.push(`${what} ${port}`);
    const server = this.servers.get(port);
    if (!server || server.paused || this.mute.has(port)) return { kind: 'silent', why: 'ECONNREFUSED' };
    if (this.refusing.has(port)) return reply(503, '{"detail":"No acknowledgement possible."}');
    const body = find();
    return body === undefined ? reply(404, '') : reply(200, body);
  }
}

const reply = (status: number, body: string): Reply => ({
  kind: 'answer',
  status,
  body,
  bodyBytes: body.length,
  view: null,
  revision: '9',
});
