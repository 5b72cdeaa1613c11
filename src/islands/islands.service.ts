import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';

import { type Config, CONFIG } from '../config/index.js';
import { Answers, Crowd } from '../http/index.js';
import type { Beyond, FarObject } from '../objects/index.js';
import { formatServerId } from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { Absences } from './absences.js';
import { Copies } from './copies.js';
import { Forwarding } from './forwarding.js';
import { HttpCaller } from './http-caller.js';
import { Inquirer } from './inquiry.js';
import { IslandLog } from './island-log.js';
import { Lookout } from './lookout.js';
import { Reading } from './reading.js';
import { type Change, type IslandReport, Register } from './register.js';
import { Seeking } from './seeking.js';
import { IslandTally } from './tally.js';

/** Copies take this share of MEMORY_LIMIT, besides it, and … */
const SHARE_OF_MEMORY = 16;
/** … no more than this. */
const MOST_COPIED_BYTES = 64 * 2 ** 20;

/** The other islands: who they are, and what they have. Without ISLANDS there are none, and nothing is done. */
@Injectable()
export class IslandsService implements Beyond {
  private readonly register: Register;
  /** Looks have connections of their own: reads that wait for one must not make an island seem silent. */
  private readonly callers: readonly HttpCaller[];
  private readonly lookouts: readonly Lookout[];
  private readonly reading: Reading;
  private readonly seeking: Seeking;
  private readonly forwarding: Forwarding;
  readonly tally = new IslandTally();
  /** What becomes of the other islands, as it happens. */
  readonly changes = new Subject<Change>();

  constructor(
    @Inject(CONFIG) { islands, memoryLimitBytes }: Pick<Config, 'islands' | 'memoryLimitBytes'>,
    private readonly ring: RingService,
    answers: Answers,
    crowd: Crowd,
  ) {
    const open = new Set(islands.filter(({ token }) => token === null).map(({ origin }) => origin));
    const log = new IslandLog(new Logger('Islands'));
    const absences = new Absences(now);
    const register = new Register(
      islands.map(({ origin }) => origin),
      (change) => {
        if (change.kind === 'up') absences.clear();
        log.tell(change);
        this.changes.next(change);
      },
    );
    const [watching, caller] = [new HttpCaller(islands), new HttpCaller(islands)];
    const inquirer = new Inquirer(caller);
    const copies = new Copies(Math.min(memoryLimitBytes / SHARE_OF_MEMORY, MOST_COPIED_BYTES), now);
    const { tally } = this;
    const own = (): string | null => this.own();
    this.register = register;
    this.callers = [watching, caller];
    this.lookouts = islands.map(({ origin }) => new Lookout(origin, watching, this.watcher));
    this.reading = new Reading({ answers, register, inquirer, copies, absences, tally, own, now });
    this.seeking = new Seeking({ register, inquirer, tally, own, now });
    const forget = (key: string): void => this.reading.forget(key);
    this.forwarding = new Forwarding({ answers, crowd, open, register, inquirer, caller, tally, forget });
  }

  /** No other island is known of. */
  get isAlone(): boolean {
    return this.lookouts.length === 0;
  }

  /** To be called once the ring is started. */
  start(): void {
    for (const lookout of this.lookouts) lookout.start();
  }

  /** Nobody is asked any more. */
  close(): void {
    for (const lookout of this.lookouts) lookout.close();
    for (const caller of this.callers) caller.close();
  }

  report(): IslandReport[] {
    return this.register.report();
  }

  claim(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> | null {
    return this.forwarding.claim(request, response, key);
  }

  read(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    return this.reading.read(request, response, key);
  }

  find(keys: readonly string[], headers: IncomingHttpHeaders): Promise<ReadonlyMap<string, FarObject>> {
    return this.seeking.find(keys, headers);
  }

  private readonly watcher = {
    answered: (origin: string, sighting: Parameters<Register['answered']>[1]) =>
      this.register.answered(origin, sighting, this.own()),
    failed: (origin: string, reason: string) => this.register.failed(origin, reason),
  };

  private own(): string | null {
    const { ringId } = this.ring.status();
    return ringId === 0 ? null : formatServerId(ringId);
  }
}

function now(): number {
  return performance.now();
}
