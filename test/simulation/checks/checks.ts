import { keeps } from '../../../src/replication/index.js';
import type {
  LogRecord,
  Message,
  ReplicaEvent,
  Saves,
  Server,
  ServerId,
} from '../../../src/replication/index.js';
import type { Cluster } from '../cluster.js';
import { describeEvent } from '../describe.js';
import type { Process } from '../process.js';
import { valueOf } from '../values.js';
import { violation } from '../violation.js';
import { Apart } from './apart.js';
import { Commits, show } from './commits.js';
import { ProgressOfAll } from './progress.js';
import { Views } from './views.js';

/** To look at every object at every tick would take too long. */
const LOOK_EVERY_TICKS = 7;
const MOST_OBJECTS = 100;

/** Looks on while the servers run, and throws as soon as a promise is broken. */
export class Checks {
  readonly views = new Views();
  readonly progress = new ProgressOfAll();
  /** The highest revision that was acknowledged in the lineage. */
  acknowledgedRevision = 0;
  /** The newest acknowledged write of each key. */
  readonly acknowledged = new Map<string, LogRecord>();
  readonly commits = new Commits();
  readonly apart = new Apart();
  /** Numbers what happens, among the calls and returns of the clients. */
  moment: () => number = () => 0;

  private ticks = 0;

  constructor(private readonly cluster: Cluster) {}

  received(process: Process, message: Message): void {
    this.progress.handled(process.self.id, message);
  }

  sent(process: Process, message: Message): void {
    // What it passes on, it has.
    this.progress.handled(process.self.id, message);
    if (message.kind === 'append') {
      this.commits.passedOn(message.record, this.moment);
      this.apart.numbered(message.record, message.view);
    }
    if (message.kind === 'accept') this.views.proposed(message.view);
  }

  happened(process: Process, id: ServerId, event: ReplicaEvent): void {
    this.cluster.world.say(() => `${process.host.name} ! ${describeEvent(event)}`);
    if (event.kind === 'view') {
      this.views.installed(event.view);
      if (event.previous === null) this.apart.joined(process);
      this.progress.installed(id, event.view);
    } else if (event.kind === 'committed') this.committed(process, id, event.record);
  }

  ticked(process: Process): void {
    const { phase, watermark, full } = process.status();
    if (phase === 'member') this.progress.watermark(process.self.id, watermark);
    if (full && ++this.ticks % LOOK_EVERY_TICKS === 0) this.checkWholeness(process);
  }

  /** What is alone tells nobody of what it numbers, but its disk. */
  saved(process: Process, { changes }: Saves): void {
    const { view } = process.status();
    if (view === null) return;
    for (const change of changes)
      if (change.kind === 'put' && change.table === 'records') this.apart.numbered(change.record, view.id);
  }

  /** A write was acknowledged as stored by every member. */
  acknowledge(process: Process, record: LogRecord): void {
    this.acknowledgedRevision = Math.max(this.acknowledgedRevision, record.revision);
    const newest = this.acknowledged.get(record.key);
    if (newest === undefined || newest.revision < record.revision) this.acknowledged.set(record.key, record);
    const members = process.status().view?.members ?? [];
    if (members.length === 1) return;
    for (const { id, name, last } of members) {
      const stored = Math.max(last, this.progress.of(id).stored);
      const isAlive = this.cluster.processes.some(({ self }) => self.id === id);
      if (isAlive && stored < record.revision)
        violation(
          'acknowledged',
          `${process.host.name} acknowledges r${record.revision}, which ${name} does not have`,
        );
    }
  }

  /** Who is full has every body that it is to keep, but for those that it was given to keep just now, or that are lost. */
  private checkWholeness(process: Process): void {
    const { core, host, self } = process;
    for (const record of core.list('', null, MOST_OBJECTS))
      if (isMissed(record, self) && host.disk?.isRotten(record) !== true && this.isToBeHad(record, process))
        violation('full', `${host.name} is full, but lacks the body of ${show(record)}`);
  }

  /**
   * What is for all to keep somebody has, unless it is a bug that nobody does. What only some keep may be out of reach, if it is from before
   * this incarnation.
   */
  private isToBeHad(record: LogRecord, { self, host }: Process): boolean {
    if (record.replicas === 0) return true;
    const { first, view } = this.progress.of(self.id);
    const isOld = record.revision <= first;
    const members = view?.members ?? [];
    return host.cluster.processes.some(
      (other) => hasBody(other, record) && (!isOld || members.some(({ id }) => id === other.self.id)),
    );
  }

  /** Events may tell of commits in a view before they tell of the view. */
  private committed(process: Process, id: ServerId, record: LogRecord): void {
    this.progress.committed(id, record);
    this.apart.committed(process, record, [this.progress.of(id).view, process.status().view]);
    // Whether a large body is that of its record need not wait for a reader.
    const whole = record.kind === 'put' && record.blob > 0 ? process.whole(record) : null;
    if (whole?.body) valueOf(whole);
    const announced = this.progress.of(id).view;
    if (announced?.provisional === false && process.status().view?.provisional !== true)
      this.commits.committed(record, this.moment);
  }
}

function isMissed(record: LogRecord, self: Server): boolean {
  return record.body === null && record.of === 0 && keeps(self, record);
}

function hasBody({ core }: Process, { key, revision }: LogRecord): boolean {
  const record = core.committed(key);
  return record?.revision === revision && record.body !== null;
}
