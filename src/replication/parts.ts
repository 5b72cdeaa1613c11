import { Beats } from './beats.js';
import { Cache } from './cache.js';
import { Chain } from './chain.js';
import { Chooser } from './chooser.js';
import { Copies } from './copies.js';
import { OwnLateness, Suspension } from './detector.js';
import { Downstream } from './downstream.js';
import type { LogRecord } from './record.js';
import { CLOCK_JUMP_MS } from './lease.js';
import { Fetches } from './fetches.js';
import { HandingOn } from './handing-on.js';
import { Knocks } from './knocks.js';
import { Links } from './links.js';
import { Lookups } from './lookups.js';
import { Memory } from './memory.js';
import { NewcomerSide } from './newcomer.js';
import type { OwnWrites } from './own-writes.js';
import { Placing } from './placing.js';
import { Reads } from './reads.js';
import { Reception } from './reception.js';
import type { Step } from './saved.js';
import type { State } from './state.js';
import { Streams } from './streams.js';
import { Uploads } from './uploads.js';
import { Usher } from './usher.js';
import type { View } from './view.js';

/** The parts of one incarnation, wired together. A new incarnation gets new parts. */
export interface Parts {
  readonly state: State;
  readonly links: Links;
  readonly downstream: Downstream;
  readonly beats: Beats;
  readonly memory: Memory;
  readonly cache: Cache;
  readonly copies: Copies;
  readonly placing: Placing;
  readonly handingOn: HandingOn;
  readonly streams: Streams;
  readonly uploads: Uploads;
  readonly lookups: Lookups;
  readonly fetches: Fetches;
  readonly reads: Reads;
  readonly chain: Chain;
  readonly usher: Usher;
  readonly reception: Reception;
  readonly newcomer: NewcomerSide;
  readonly knocks: Knocks;
  readonly chooser: Chooser;
  readonly lateness: OwnLateness;
  readonly suspension: Suspension;
}

interface Wiring {
  install(view: View): void;
  renew(): void;
  surrender(history: readonly Step[]): void;
  dissolve(address: string): void;
  committed(record: LogRecord): void;
}

/** The driver ticks four times an interval. */
export const TICKS_PER_PROBE = 4;

export function assemble(state: State, own: OwnWrites, wiring: Wiring): Parts {
  const links = new Links(state.effects);
  const cache = new Cache(state);
  const placing = new Placing(state);
  const handingOn = new HandingOn(state, state.effects);
  const downstream = new Downstream(state, links);
  const memory: Memory = new Memory(state, () => streams.reservedBytes);
  const copies = new Copies(state, cache, memory);
  const beats = new Beats(
    state,
    downstream,
    () => memory.room,
    () => lookups.isSeeking,
  );
  const streams: Streams = new Streams(state, links, downstream, memory, {
    progressed: (blob, held) => uploads.progressed(blob, held),
    saved: (blob) => uploads.saved(blob),
    refused: (blob, reason) => uploads.refused(blob, reason),
    moving: (blob) => {
      lookups.moving(blob);
      fetches.moving(blob);
    },
    fetched: (blob) => fetches.fetched(blob),
    arrived: (blob) => lookups.arrived(blob),
    failed: (version, asker) => lookups.passOn(version, asker),
  });
  const uploads: Uploads = new Uploads(state, streams, memory, {
    held: () => chain.held(),
    lost: (blob) => chain.lost(blob),
  });
  const lookups: Lookups = new Lookups(
    state,
    downstream,
    streams,
    cache,
    () => reads.stir(),
    (key) => {
      reads.missing(key);
      fetches.missing(key);
    },
    (fetch) => fetches.unanswered(fetch),
  );
  const fetches: Fetches = new Fetches(state, downstream, streams, lookups);
  const reads: Reads = new Reads(state, lookups, cache, () => beats.mayRead());
  const chain: Chain = new Chain(state, own, downstream, streams, uploads, placing, copies, (record) => {
    reads.stir();
    cache.sweep();
    copies.sweep();
    wiring.committed(record);
  });
  const usher: Usher = new Usher(state, links, {
    onReady: () => chooser.act(),
    onUnreachable: (invite) => reception.unreachable(invite),
    pinned: () => streams.pinned,
  });
  const reception: Reception = new Reception(state, links, downstream, usher, {
    onReturned: () => chooser.act(),
    dissolve: (address) => wiring.dissolve(address),
  });
  const newcomer = new NewcomerSide(state, links, {
    renew: () => wiring.renew(),
    surrender: (history) => wiring.surrender(history),
  });
  const chooser: Chooser = new Chooser(state, links, {
    ages: () => beats.lease.ages(state.view!, state.now),
    holdMs: () => chain.holdMs(),
    leaves: () => state.leaving && handingOn.isDone(),
    newcomer: () => usher.newcomer(),
    newcomerLost: (id) => usher.lost(id),
    install: (view) => wiring.install(view),
  });
  const knocks = new Knocks(state, links);
  const lateness = new OwnLateness(state.options.probeIntervalMs / TICKS_PER_PROBE);
  const suspension = new Suspension(CLOCK_JUMP_MS);
  return {
    state,
    links,
    downstream,
    beats,
    memory,
    cache,
    copies,
    placing,
    handingOn,
    streams,
    uploads,
    lookups,
    fetches,
    reads,
    chain,
    usher,
    reception,
    newcomer,
    knocks,
    chooser,
    lateness,
    suspension,
  };
}
