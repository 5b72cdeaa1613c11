import {
  etagOf,
  UNCONDITIONAL,
  type LogRecord,
  type Operation,
  type Outcome,
} from '../../src/replication/index.js';
import type { Input } from '../support/linearizability/index.js';
import type { Cluster } from './cluster.js';
import type { Call, History } from './history.js';
import { Mortals } from './mortals.js';
import type { Process } from './process.js';
import { Random } from './random.js';
import { Sender } from './sender.js';
import { deleteOf, putOf, valueOf, valueWith } from './values.js';
import { violation } from './violation.js';
import { isVouched } from './vouched.js';

type Kind = Input['kind'] | 'barrier' | 'mortal';
type Write = Exclude<Kind, 'get' | 'barrier' | 'mortal'>;
const KINDS: readonly Kind[] = [
  ...Array<Kind>(9).fill('get'),
  ...Array<Kind>(5).fill('put'),
  ...Array<Kind>(2).fill('create'),
  ...Array<Kind>(2).fill('replace'),
  ...Array<Kind>(2).fill('delete'),
  'barrier',
  'mortal',
];
const BURST = 10;
const SMALL_BYTES = [8, 8, 8, 8, 200] as const;
/** A large body has between one piece and so many. */
const MOST_PIECES = 9;

/** The load: bursts of requests to servers at random, so that they meet each other and the faults. */
export class Clients {
  private readonly random: Random;
  /** A version of each key that some client has seen. */
  private readonly seen = new Map<string, LogRecord>();
  private readonly sender: Sender;
  private readonly mortals: Mortals;
  private clients = 0;
  private values = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly history: History,
  ) {
    this.random = new Random(cluster.plan.seed, 2);
    this.sender = new Sender(cluster);
    this.mortals = new Mortals(cluster);
  }

  /** Half of the bursts come at the moments that are given, when something else happens too. */
  begin(moments: readonly number[]): void {
    const { plan, world } = this.cluster;
    const { random } = this;
    for (let left = plan.operations; left > 0; left -= BURST) {
      const near = moments.length > 0 && random.chance(0.5);
      const start = near ? random.pick(moments) + random.between(-10, 40) : random.between(0, plan.loadMs);
      const spread = random.pick([2, 20, 200]);
      const hot = random.chance(0.3) ? this.anyKey() : null;
      for (let i = 0; i < Math.min(BURST, left); i++)
        world.at(start + random.between(0, spread), () => this.request(hot ?? this.anyKey()));
    }
  }

  put(process: Process, key: string): Call {
    return this.write(process, key, 'put', false);
  }

  get(process: Process, key: string): Call {
    const call = this.history.call(++this.clients, key, { kind: 'get' });
    process.get(key, (outcome) => {
      if (outcome?.kind === 'object' && isVouched(process)) this.seen.set(key, outcome.record);
      this.history.answered(call, outcome, isVouched(process));
    });
    return call;
  }

  private anyKey(): string {
    return `k${this.random.below(this.cluster.plan.keys)}`;
  }

  private request(key: string): void {
    const { cluster, random } = this;
    const { processes, plan } = cluster;
    if (processes.length === 0) return;
    const process = random.pick(processes);
    const kind = random.pick(KINDS);
    process.enter(() => {
      if (kind === 'get') this.get(process, key);
      else if (kind === 'barrier') this.barrier(process);
      else if (kind === 'mortal') this.mortals.request(process, ++this.values);
      else this.write(process, key, kind, kind !== 'delete' && random.chance(plan.uploadChance));
    });
  }

  private write(process: Process, key: string, wanted: Write, isLarge: boolean): Call {
    const { cluster } = this;
    const [input, operation] = this.prepare(key, wanted, isLarge);
    const call = this.history.call(++this.clients, key, input);
    this.sender.send(process, operation, isLarge, call.client, (outcome, server) => {
      if (outcome?.kind === 'done') this.done(server, operation, outcome);
      this.history.answered(call, outcome, isVouched(server));
    });
    cluster.trace.text(wanted);
    return call;
  }

  private done(
    process: Process,
    operation: Operation,
    { record, copies }: Extract<Outcome, { kind: 'done' }>,
  ): void {
    if (record.key !== operation.key || record.digest !== operation.digest || record.kind !== operation.kind)
      violation(
        'answers',
        `${operation.kind} ${operation.key} was answered with r${record.revision} ${record.kind} ${record.key}`,
      );
    // On two sides of a partition one value may get two revisions, and then it does not stand for its ETag.
    const { view } = process.status();
    const isRepeat = record.of !== 0;
    if (copies !== null && view !== null && !isRepeat) this.cluster.checks.apart.acknowledge(record, view);
    if (copies !== null) return;
    const { body, size } = operation;
    if (record.kind === 'put') this.seen.set(record.key, { ...record, body, size });
    this.cluster.checks.acknowledge(process, record);
  }

  private prepare(key: string, wanted: Write, isLarge: boolean): [Input, Operation] {
    if (wanted === 'delete') return [{ kind: 'delete' }, deleteOf(key)];
    const { random } = this;
    const { pieceBytes, replicas } = this.cluster.plan;
    const number = ++this.values;
    const bytes = isLarge ? 1 + random.below(MOST_PIECES * pieceBytes) : random.pick(SMALL_BYTES);
    const value = valueWith(number, bytes);
    const known = this.seen.get(key);
    if (wanted === 'create')
      return [{ kind: 'create', value }, putOf(key, number, bytes, { kind: 'absent' }, replicas)];
    if (wanted === 'put' || known === undefined)
      return [{ kind: 'put', value }, putOf(key, number, bytes, UNCONDITIONAL, replicas)];
    const match = { kind: 'match', etags: [etagOf(known)] } as const;
    return [{ kind: 'replace', value, expect: valueOf(known) }, putOf(key, number, bytes, match, replicas)];
  }

  /** What is committed after a barrier is as new as anything acknowledged before it. */
  private barrier(process: Process): void {
    const { checks } = this.cluster;
    const floor = checks.acknowledgedRevision;
    process.barrier((outcome) => {
      if (outcome?.kind !== 'current' || !isVouched(process)) return;
      const { watermark } = process.status();
      if (watermark < floor)
        violation(
          'barrier',
          `${process.host.name} is at ${watermark}, though r${floor} was acknowledged before`,
        );
    });
  }
}
