import { lookup } from 'node:dns/promises';
import type { RemoteInfo } from 'node:dgram';

import { Inject, Injectable, Logger } from '@nestjs/common';

import { type Config, CONFIG, isLoopback, MULTICAST, parseAddress } from '../config/index.js';
import {
  Asker,
  interfacesOf,
  keyOf,
  Listener,
  type Place,
  type Refusal,
  type Sighting,
} from '../multicast/index.js';
import { RingService } from '../ring/index.js';
import { Budget } from './budget.js';
import { Grumble } from './grumble.js';
import { isOfUse, sightingOf, standingOf } from './portrait.js';
import { Search } from './search.js';

/** How often it is looked at whether something is due. */
const LOOK_MS = 50;
/** A server answers no more often than this, so that nobody makes it busy, or lets it make others so. */
const ANSWERS_PER_SECOND = 100;
/** Addresses that people were told of. */
const MOST_TOLD = 1_000;

/** Finds the other servers of the ring by multicast, and is found by them, when PEER says so; otherwise it does nothing. */
@Injectable()
export class DiscoveryService {
  private readonly logger = new Logger('Discovery');
  private readonly grumble = new Grumble(this.logger);
  private readonly answers = new Budget(ANSWERS_PER_SECOND);
  private readonly told = new Set<string>();
  private asker: Asker | null = null;
  private listener: Listener | null = null;
  private search: Search | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly ring: RingService,
  ) {}

  /** Rejects with a sentence when multicast cannot be had. */
  async open(): Promise<void> {
    if (this.config.peers !== MULTICAST) return;
    const { address, port } = this.config.multicastGroup;
    try {
      const place = await this.place();
      this.listener = await Listener.open(place, {
        asked: (asker) => this.asked(asker),
        refused: (why, from) => this.refused(why, from),
        failed: (error) => this.failed(error),
      });
      this.asker = await Asker.open(place, {
        answered: (found) => this.answered(found),
        failed: (error) => this.failed(error),
      });
    } catch (error) {
      this.close();
      const { message } = error as Error;
      const sentence = `Servers cannot be found by multicast on ${address}:${port}: ${message}; set MULTICAST_GROUP or RING_HOST, or name members by PEER`;
      throw new Error(sentence, { cause: error });
    }
  }

  /** From now on it asks and answers. The ring has started. */
  start(): void {
    if (this.asker === null) return;
    const { name, priority } = this.ring.self;
    this.search = new Search({ name, priority });
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Nobody is told of this server any more. */
  close(): void {
    clearInterval(this.timer);
    this.search = null;
    this.listener?.close();
    this.asker?.close();
    this.listener = this.asker = null;
  }

  private async place(): Promise<Place> {
    const { ringHost, ring, ringSecret = '', multicastGroup } = this.config;
    const { address } = await lookup(ringHost);
    const interfaces = interfacesOf(address);
    if (interfaces.length === 0) throw new Error(`the interface of ${ringHost} has no IPv4 address`);
    return { group: multicastGroup, interfaces, terms: { key: keyOf(ringSecret), ring } };
  }

  private look(): void {
    const status = this.ring.status();
    const standing = standingOf(status);
    if (standing === null || !this.ring.isRunning) return;
    const what = this.search!.next(standing, status.self.id, performance.now());
    if (what === 'ask') this.asker!.ask(sightingOf(this.config.ring, status));
    if (what !== 'found') return;
    this.ring.found();
    if (this.ring.status().phase === 'member')
      this.logger.log(`Nobody has answered by multicast: this server founds the ring ${this.config.ring}`);
  }

  private asked(asker: Sighting | null): Sighting | null {
    const own = this.search === null ? null : sightingOf(this.config.ring, this.ring.status());
    if (own === null || asker?.address === own.address) return null;
    if (asker !== null) {
      const isStranger = asker.state === 'member' && asker.ringId !== own.ringId;
      this.search!.stir(asker.id, isStranger, performance.now());
    }
    // Clients have no use for a server that cannot serve them.
    if (asker === null && own.state !== 'member') return null;
    return this.answers.take(performance.now()) ? own : null;
  }

  private answered(found: Sighting): void {
    const status = this.ring.status();
    if (this.search === null || found.address === status.self.ring || !this.mayDial(found)) return;
    this.search.heard(found, performance.now());
    if (!isOfUse(found, status)) return;
    this.tell(found, status.ringId);
    this.ring.sighted(found.address, found.ringId, found.isEmpty);
  }

  /** Without a secret the ring stays on this machine. */
  private mayDial({ address }: Sighting): boolean {
    const target = parseAddress(address);
    return target !== undefined && (this.config.ringSecret !== undefined || isLoopback(target.host));
  }

  private tell({ name, address, ringId }: Sighting, own: number): void {
    if (ringId === own || this.told.has(address)) return;
    if (this.told.size >= MOST_TOLD) this.told.clear();
    this.told.add(address);
    this.logger.log(`${name} was found by multicast at ${address}`);
  }

  private refused(why: Refusal, { address }: RemoteInfo): void {
    if (why === 'forged')
      this.grumble.say(why, `${address} asks for this ring by multicast with another RING_SECRET`);
  }

  private failed(error: Error): void {
    this.grumble.say('failed', `A packet for ${this.config.ring} could not be sent: ${error.message}`);
  }
}
