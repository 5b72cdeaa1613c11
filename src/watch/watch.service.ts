import type { ServerResponse } from 'node:http';

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { Problem, RingReports, Shutdown } from '../http/index.js';
import { type IslandChange, IslandsService } from '../islands/index.js';
import type { LogRecord, ReplicaEvent, ServerId, View } from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { EventStream } from './event-stream.js';
import { ChangeTexts } from './event-text.js';
import { History } from './history.js';
import { heartbeat, islandNotice, MERGED, merging, type Notice, noticesOf, suspicion } from './notice.js';
import { WATCH_OPTIONS, type WatchOptions } from './options.js';
import { Pace } from './pace.js';
import type { WatchQuery } from './watch-query.js';

/** The last one keeps nginx, and those that learned it from there, from holding events back. */
const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const;

/** Follows the ring, and keeps those who watch up to date. */
@Injectable()
export class WatchService implements OnModuleDestroy {
  private readonly history: History;
  private readonly texts: ChangeTexts;
  private readonly streams = new Set<EventStream>();
  private readonly pace = new Pace(() => this.advance());
  private readonly timer: NodeJS.Timeout;
  private view: View | null = null;

  constructor(
    private readonly ring: RingService,
    private readonly shutdown: Shutdown,
    private readonly reports: RingReports,
    islands: IslandsService,
    @Inject(WATCH_OPTIONS) private readonly options: WatchOptions,
  ) {
    this.history = new History(options);
    this.texts = new ChangeTexts(this.history);
    this.timer = setInterval(() => this.beat(), options.heartbeatMs).unref();
    ring.events.subscribe((event) => this.follow(event));
    islands.changes.subscribe((change) => this.tellOfIsland(change));
    void shutdown.begun.then(() => this.endAll());
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.endAll();
  }

  /**
   * Begins a stream on an answer that has its connection.
   *
   * @throws Problem
   */
  open(response: ServerResponse, { prefix, since }: WatchQuery): void {
    this.admit();
    response.writeHead(200, HEADERS);
    const { history, texts } = this;
    const position = since ?? history.last;
    const stream = new EventStream(response, history, texts, prefix, position, this.options.retryMs);
    this.streams.add(stream);
    response.once('close', () => this.streams.delete(stream));
    stream.advance();
    if (stream.isAhead) void this.verify([stream]);
  }

  private admit(): void {
    const { maxStreams } = this.options;
    if (this.shutdown.isDraining) throw new Problem('not_ready', { members: { reason: 'draining' } });
    if (this.streams.size < maxStreams) return;
    const detail = `It serves ${maxStreams} event streams, and no more than that.`;
    throw new Problem('not_ready', { detail, members: { reason: 'too-many-streams' } });
  }

  private follow(event: ReplicaEvent): void {
    switch (event.kind) {
      case 'committed':
        return this.commit(event.record);
      case 'view':
        return this.enter(event.view, event.previous, event.leavers);
      case 'suspected':
        return this.announce([suspicion(event.server, event.reason, this.view?.id.number ?? 0)]);
      case 'removed':
        return this.depart(event.view);
      case 'offering':
        return this.announce([merging(event.count)]);
      case 'merged':
        return this.announce([MERGED]);
      case 'join-refused':
      case 'damaged':
      case 'stranger':
        return;
    }
  }

  private commit(record: LogRecord): void {
    this.history.append(record);
    if (this.streams.size > 0) this.pace.ask();
  }

  /**
   * Who enters its first view has its objects by a transfer, or from its disk: they were not committed here one by one. Who comes back
   * from its disk knows a view before, but this history does not.
   */
  private enter(view: View, previous: View | null, leavers: readonly ServerId[] | null): void {
    const isContinued = this.view !== null && previous !== null;
    this.view = view;
    if (isContinued) this.announce(noticesOf(view, previous, leavers));
    else this.startOver();
  }

  /** The watermark may be ahead of the events that are still to come; those are passed over, since the gap covers them. */
  private startOver(): void {
    this.history.restart(this.ring.status().watermark);
    for (const stream of this.streams) stream.lose();
    this.pace.ask();
  }

  /** What was committed before counts no more when it happened apart from the ring, which nobody here can tell. */
  private depart(view: View): void {
    if (this.view !== null) this.announce(noticesOf(view, this.view, null));
    this.view = null;
    this.history.restart(0);
  }

  private tellOfIsland(change: IslandChange): void {
    const notice = islandNotice(change);
    if (notice !== null) this.announce([notice]);
  }

  private announce(notices: readonly Notice[]): void {
    if (this.streams.size === 0) return;
    for (const stream of this.streams) for (const notice of notices) stream.add(notice);
    this.pace.ask();
  }

  private beat(): void {
    if (this.streams.size > 0) this.tellBeat();
    void this.verify([...this.streams].filter(({ isAhead }) => isAhead));
  }

  private tellBeat(): void {
    const notice = heartbeat(this.history.last, this.reports.report());
    for (const stream of this.streams) stream.beat(notice);
    this.pace.ask();
  }

  /**
   * A client may have been told elsewhere of what is on its way here. Everything that was committed anywhere is known
   * here after a barrier, so an id that is ahead even then is none of this ring. Without an answer nothing is certain,
   * and the next heartbeat asks again.
   */
  private async verify(ahead: readonly EventStream[]): Promise<void> {
    if (ahead.length === 0 || (await this.ring.barrier()).kind !== 'current') return;
    for (const stream of ahead) if (stream.isAhead) stream.lose();
    this.pace.ask();
  }

  private advance(): void {
    for (const stream of this.streams) stream.advance();
  }

  private endAll(): void {
    for (const stream of this.streams) stream.end();
  }
}
