import { End } from './connection.js';
import type { Host } from './host.js';
import type { Process } from './process.js';
import type { Wires } from './wires.js';

/** Most connections take the same way; some lag behind, so that data on a hung-up one arrives after its successor was accepted. */
const LAGGARD_CHANCE = 0.1;
const LAG_MS = [1, 30] as const;

/** One attempt to connect: the request, the answer, and the patience of the one who dials. */
class Dial {
  private over = false;
  private near: End | null = null;

  constructor(
    private readonly network: Network,
    private readonly from: Process,
    private readonly to: Host,
    private readonly address: string,
  ) {}

  start(): void {
    const { world } = this.network.wires;
    const { from, to } = this;
    if (this.network.canPass(from.host, to)) world.after(this.delay(from.host, to), () => this.request());
    world.after(from.patienceMs, () => from.enter(() => this.giveUp()));
  }

  private delay(from: Host, to: Host): number {
    return this.network.wires.delay(from.index, to.index);
  }

  /** The connection request has come. While the process is stopped, its kernel lets it wait. */
  private request(): void {
    const { to, from } = this;
    const process = to.listener;
    if (!to.powered || this.over || !this.network.canPass(to, from.host)) return;
    if (process === null) this.refuse();
    else {
      const caller = from.self;
      process.enter(() => {
        if (!this.over && from.alive) this.accept(process, caller);
      });
    }
  }

  private refuse(): void {
    const { network, from, to } = this;
    network.wires.world.after(this.delay(to, from.host), () => from.enter(() => this.fail(true, 'refused')));
  }

  private accept(process: Process, caller: Process['self']): void {
    const { wires } = this.network;
    const recordMs = wires.random.chance(LAGGARD_CHANCE) ? wires.random.between(...LAG_MS) : 0;
    const bulkMs = wires.random.pick(this.from.host.cluster.plan.bulkLagsMs);
    const [near, far] = End.pair(this.from, process, wires, { recordMs, bulkMs });
    this.near = near;
    const acceptor = process.self;
    this.from.pendingEnds.add(near);
    near.onWelcome = () => this.welcome(near, caller.id, acceptor);
    far.welcome();
    process.accept(far, caller);
  }

  private welcome(near: End, caller: number, acceptor: Process['self']): void {
    const { from } = this;
    if (this.over) return;
    // Who became somebody else in the meantime has introduced itself wrongly.
    if (from.self.id !== caller) {
      this.fail(false, 'a new incarnation began');
      return;
    }
    this.over = true;
    from.pendingEnds.delete(near);
    from.linked(near, this.address, acceptor);
  }

  private giveUp(): void {
    this.fail(false, 'timed out');
  }

  private fail(gone: boolean, reason: string): void {
    if (this.over) return;
    this.over = true;
    if (this.near !== null) {
      this.from.pendingEnds.delete(this.near);
      this.near.close();
    }
    this.from.dialFailed(this.address, gone, reason);
  }
}

/** Connects processes by address. */
export class Network {
  private readonly hosts = new Map<string, Host>();

  constructor(readonly wires: Wires) {}

  add(host: Host): void {
    this.hosts.set(host.address, host);
  }

  dial(from: Process, address: string): void {
    const to = this.hosts.get(address);
    if (to === undefined) throw new Error(`a replica dialled ${address}, which is nobody's address`);
    new Dial(this, from, to, address).start();
  }

  canPass(from: Host, to: Host): boolean {
    return !this.wires.isCut(from.index, to.index);
  }
}
