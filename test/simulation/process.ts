import type {
  Clock,
  Input,
  LinkId,
  LogRecord,
  Message,
  BodyPlace,
  Operation,
  Ready,
  Saves,
  Server,
  ServerId,
  SharedFile,
  Status,
} from '../../src/replication/index.js';
import { Attention } from './attention.js';
import { withPieces } from './bodies.js';
import type { ProcessClock } from './clock.js';
import type { End } from './connection.js';
import type { Core } from './core.js';
import { FileKeeper } from './files/file-keeper.js';
import type { Host } from './host.js';
import { Random } from './random.js';
import { Reading } from './reading.js';
import { PATIENT, Requests, type Settle } from './requests.js';
import { sendAll } from './sending.js';
import type { World } from './world.js';

type UploadInput = Extract<Input, { kind: 'upload' | 'upload-piece' | 'upload-end' | 'upload-abort' }>;
type FetchInput = Extract<Input, { kind: 'fetch' | 'fetch-end' }>;

const SLACK_MS = 200;
/** How often a client is answered anew whose object cannot be read from the disk. */
const MOST_READS = 3;

/** Drives one replica as the real driver does: each input in, then one `ready`, performed in the order of its fields. */
export class Process {
  alive = true;
  isLeaving = false;
  /** It leaves with what others do not have. */
  takesAlong = false;
  self: Server;
  readonly world: World;
  readonly ends = new Map<LinkId, End>();
  /** Dialled, and not answered yet. */
  readonly pendingEnds = new Set<End>();
  readonly patienceMs: number;
  readonly requests: Requests;
  /** Tells of the files of its host, if servers share any. */
  readonly keeper: FileKeeper | null;
  private readonly attention: Attention;
  private links = 0;
  private fetches = 0;
  private readonly readings: Random;
  private flushing = false;
  /** The incarnation that answers speak for and events are told of: they are told a little later than they happen. */
  toldAs: ServerId;

  constructor(
    readonly host: Host,
    readonly core: Core,
    readonly clock: ProcessClock,
    private readonly random: Random,
  ) {
    const { plan, world } = host.cluster;
    this.world = world;
    this.self = core.status(clock.read(world.now)).self;
    this.toldAs = this.self.id;
    this.patienceMs = plan.suspectAfterMs;
    this.requests = new Requests(plan.requestTimeoutMs + plan.probeIntervalMs / 4 + SLACK_MS);
    this.readings = new Random(plan.seed, 300 + host.index);
    this.keeper = plan.files ? new FileKeeper(this) : null;
    this.attention = new Attention(world, clock, () => this.awake());
  }

  begin(): void {
    this.flush();
    this.tickLater();
  }

  status(): Status {
    return this.core.status(this.read());
  }

  get isStopped(): boolean {
    return this.attention.isStopped;
  }

  enter(act: () => void): void {
    this.attention.enter(act);
  }

  stop(ms: number, asleep: boolean): void {
    this.attention.stop(ms, asleep);
  }

  wake(): void {
    this.attention.wake();
  }

  nextLink(): LinkId {
    return ++this.links;
  }

  accept(end: End, peer: Server): void {
    this.ends.set(end.link, end);
    this.step({ kind: 'accepted', link: end.link, peer });
  }

  linked(end: End, address: string, peer: Server): void {
    this.ends.set(end.link, end);
    this.step({ kind: 'linked', address, link: end.link, peer });
  }

  dialFailed(address: string, gone: boolean, reason: string): void {
    this.step({ kind: 'dial-failed', address, gone, reason });
  }

  linkClosed(link: LinkId): void {
    this.pendingEnds.delete(this.ends.get(link)!);
    if (this.ends.delete(link)) this.step({ kind: 'closed', link });
  }

  receive(link: LinkId, messages: readonly Message[]): void {
    const { traps, checks } = this.host.cluster;
    for (const message of messages) {
      if (traps.springs(this.host, 'receive', message) !== null) this.host.kill();
      if (!this.alive) return;
      checks.received(this, message);
    }
    this.step({ kind: 'frames', link, messages });
  }

  write(operation: Operation, settle: Settle): void {
    const ticket = this.requests.add(this.read().now, settle);
    this.step({ kind: 'write', ticket, operation });
  }

  /** What a client has sent of a large body, or wants of one. */
  give(input: UploadInput | FetchInput): void {
    this.step(input);
  }

  get(key: string, settle: Settle): void {
    const clock = this.read();
    const peek = this.core.peek(key, clock);
    const record = peek.kind === 'object' ? this.whole(peek.record) : null;
    if (record?.body) settle({ kind: 'object', record, via: null });
    else if (peek.kind === 'absent') settle(peek);
    else this.ask(key, settle, record === null ? MOST_READS : MOST_READS - 1);
  }

  /** As long as a body is found that cannot be read, it is asked for again. */
  private ask(key: string, settle: Settle, reads: number): void {
    const settleWhole: Settle = (outcome) => {
      const record = outcome?.kind === 'object' ? this.whole(outcome.record) : null;
      if (outcome?.kind !== 'object' || !record) settle(outcome);
      else if (record.body !== null) settle({ ...outcome, record });
      else if (reads === 1) settle({ kind: 'unavailable', reason: 'no-holder' });
      else this.ask(key, settle, reads - 1);
    };
    const settleFetched: Settle = (outcome) => {
      if (outcome?.kind !== 'object' || outcome.record.body !== null) return settleWhole(outcome);
      new Reading(this, ++this.fetches, outcome.record, this.readings, settleWhole).begin();
    };
    const ticket = this.requests.add(this.read().now, settleFetched, PATIENT);
    const read = () => this.step({ kind: 'read', ticket, key });
    if (reads === MOST_READS) read();
    // After it is known what was found unreadable.
    else this.later(read);
  }

  whole(record: LogRecord): LogRecord {
    const { revision } = record;
    const file = fileIn(record);
    if (file !== null) return { ...record, body: this.readFile(file) };
    const whole = withPieces(record, this.host.disk);
    if (record.body !== null && whole.body === null) this.findUnreadable({ kind: 'records', revision });
    return whole;
  }

  /** null: it is not there any more as it was. */
  private readFile(file: SharedFile): Uint8Array | null {
    const bytes = this.host.directory.read(file);
    if (bytes === null) this.findUnreadable(file);
    return bytes;
  }

  findUnreadable(stored: BodyPlace): void {
    this.later(() => this.step({ kind: 'unreadable', stored }));
  }

  private later(act: () => void): void {
    this.world.after(0, () => {
      if (this.alive) this.enter(act);
    });
  }

  barrier(settle: Settle): void {
    this.step({ kind: 'barrier', ticket: this.requests.add(this.read().now, settle) });
  }

  leave(settle: Settle): void {
    this.isLeaving = true;
    this.step({ kind: 'leave', ticket: this.requests.add(this.read().now, settle, Infinity) });
  }

  die(): void {
    this.over((end) => end.die());
  }

  vanish(): void {
    this.over((end) => end.vanish());
  }

  exit(): void {
    this.over((end) => end.close());
  }

  private over(close: (end: End) => void): void {
    this.alive = false;
    this.attention.end();
    for (const end of [...this.ends.values(), ...this.pendingEnds]) close(end);
    this.ends.clear();
    this.requests.abandon();
  }

  read(): Clock {
    return this.clock.read(this.world.now);
  }

  /** Late timers run before what has come in is read, or after it. */
  private awake(): void {
    this.world.say(() => `${this.host.name} goes on`);
    if (this.random.chance(0.7)) this.tick();
  }

  private tickLater(): void {
    const { probeIntervalMs } = this.host.cluster.plan;
    this.world.after((probeIntervalMs / 4) * this.random.between(1, 1.1), () =>
      this.enter(() => {
        this.tick();
        this.tickLater();
      }),
    );
  }

  private tick(): void {
    this.step({ kind: 'tick' });
    if (!this.alive) return;
    this.flush();
    this.keeper?.look();
    this.host.cluster.checks.ticked(this);
    this.requests.checkAges(this.read().now);
  }

  private step(input: Input): void {
    if (!this.alive) return;
    this.host.cluster.tell(this, input);
    this.core.step(input, this.read());
    const { coalesceMs } = this.host.cluster.plan;
    if (coalesceMs === 0) this.flush();
    else if (!this.flushing) {
      this.flushing = true;
      this.world.after(coalesceMs, () => this.enter(() => this.flush()));
    }
  }

  flush(): void {
    this.flushing = false;
    const ready = this.core.ready();
    if (ready === null) return;
    this.self = this.status().self;
    this.perform(ready);
  }

  private perform(ready: Ready): void {
    if (ready.saves !== null) this.save(ready.saves);
    sendAll(this, ready.messages);
    if (!this.alive) return;
    for (const link of ready.hangups) this.hangUp(link);
    for (const address of ready.dials) this.host.cluster.network.dial(this, address);
    for (const grant of ready.grants) this.requests.grant(grant);
    for (const { ticket, outcome } of ready.answers) if (this.alive) this.requests.answer(ticket, outcome);
    if (!this.alive) return;
    for (const event of ready.events) {
      if (event.kind === 'removed') this.toldAs = this.self.id;
      if (event.kind === 'handed-on') this.takesAlong = event.left > 0;
      if (event.kind === 'view' && event.previous === null) this.keeper?.joined();
      if (event.kind === 'committed') this.keeper?.committed(event.record);
      this.host.cluster.checks.happened(this, this.toldAs, event);
    }
    this.toldAs = this.self.id;
  }

  private save(saves: Saves): void {
    const { sequence } = saves;
    this.host.cluster.checks.saved(this, saves);
    this.host.disk!.save(saves, () => {
      if (this.alive) this.enter(() => this.step({ kind: 'saved', sequence }));
    });
  }

  private hangUp(link: LinkId): void {
    this.ends.get(link)?.close();
    this.ends.delete(link);
  }
}

/** Where the body is, if it is a file that this server shares. */
function fileIn({ body }: LogRecord): SharedFile | null {
  const stored = body === null || body instanceof Uint8Array ? null : body.stored;
  return stored?.kind === 'file' ? stored : null;
}
