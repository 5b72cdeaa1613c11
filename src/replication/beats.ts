import { Silence } from './detector.js';
import type { Downstream } from './downstream.js';
import { Lease } from './lease.js';
import type { Heartbeat } from './messages.js';
import { UNBOUNDED, type ServerId } from './server.js';
import type { Place, State } from './state.js';

type Told = Pick<Heartbeat, 'room' | 'leavers' | 'kept'>;

/**
 * The primary's heartbeat travels the whole ring every interval. It proves the ring whole to every member,
 * and brings each member's own stamp back to it, which is what read leases run from.
 */
export class Beats {
  readonly lease: Lease;
  private readonly silence: Silence;
  private lap = 0;
  /** The stamps of the lap that came back last, until they are sent: sent twice, they would pass for fresh ones. */
  private echo: readonly number[] = [];
  private sentAt = -Infinity;
  /** Up to this revision this member has had all the bodies that it is to keep. */
  private kept = 0;
  /** The same once its disk has all that was written by now; null: nothing is awaited. */
  private noting: number | null = null;

  constructor(
    private readonly state: State,
    private readonly downstream: Downstream,
    /** Bytes of memory that this member has left for objects. */
    private readonly room: () => number,
    /** What it had lost before this view, it has not asked for yet. */
    private readonly isSeeking: () => boolean,
  ) {
    const { readLeaseMs, suspectAfterMs, probeIntervalMs } = state.options;
    this.lease = new Lease(readLeaseMs);
    this.silence = new Silence(suspectAfterMs, probeIntervalMs);
  }

  /** Two laps at once, so that everyone has a lease as soon as the view stands. */
  installed(place: Place): void {
    this.lap = 0;
    this.echo = [];
    // Whether the primary of this view knows that this member leaves, it has to hear of that one.
    const isKnown = (id: ServerId): boolean =>
      place.indexes.has(id) && (place.isPrimary || id !== this.state.self.id);
    const leavers = [...this.state.leavers].filter(isKnown);
    this.learn(Infinity, leavers, 0, []);
    this.silence.heard(this.state.now);
    if (place.isPrimary) this.send(place);
  }

  tick(): void {
    const { place, isActive, now, options } = this.state;
    if (!place?.isPrimary || !isActive) return;
    if (now - this.sentAt >= options.probeIntervalMs) this.send(place);
  }

  /** Whether beats have been missing for so long that this member has to act. */
  areSilent(): boolean {
    const { place, now } = this.state;
    return !!place && !place.isAlone && this.silence.isTooLong(now, place.index);
  }

  excuse(lateMs: number): void {
    this.silence.excuse(lateMs, this.state.now);
  }

  /** A member that is alone needs nobody's word; one that may be left out of the next view keeps silent. */
  mayRead(): boolean {
    const { place, now, phase, leaving, sealed } = this.state;
    if (phase !== 'member' || !place || (leaving && sealed)) return false;
    return place.isAlone || this.lease.isValid(now);
  }

  /** For each member of the view: ms since a heartbeat of it came round, -1 for never. Of itself a server always hears. */
  ages(): number[] {
    const { place, now } = this.state;
    if (!place) return [];
    return this.lease.ages(place.view, now).map((age, at) => (at === place.index ? 0 : age));
  }

  heard(beat: Heartbeat): void {
    const place = this.state.place!;
    this.silence.heard(this.state.now);
    this.lease.witness(place.view, beat.stamps, this.state.now);
    if (place.isPrimary) return this.returned(place, beat);
    this.lease.witness(place.view, beat.echo, this.state.now);
    this.renew(beat.echo[place.index]);
    this.learn(beat.roomEcho, beat.leaversEcho, beat.keptEcho, beat.loadsEcho);
    const told = this.told(beat.room, beat.leavers, beat.kept);
    const loads = withValue(beat.loads, place.index, this.state.options.load());
    this.downstream.send({
      ...beat,
      stamps: withValue(beat.stamps, place.index, this.stamp),
      ...told,
      loads,
    });
  }

  /** The body of this revision is not here any more. */
  lost(revision: number): void {
    this.kept = Math.min(this.kept, revision - 1);
    if (this.noting !== null) this.noting = Math.min(this.noting, revision - 1);
  }

  private returned(place: Place, beat: Heartbeat): void {
    this.renew(beat.stamps[place.index]);
    this.echo = beat.stamps;
    this.learn(beat.room, beat.leavers, beat.kept, beat.loads);
    if (beat.lap === 1) this.send(place);
  }

  /** What the lap before has found out of all. */
  private learn(
    ringRoom: number,
    leavers: readonly ServerId[],
    keptTo: number,
    loads: readonly number[],
  ): void {
    Object.assign(this.state, { ringRoom, leavers: new Set(leavers), keptTo, loads });
  }

  /** What those before this member have told, and this one. */
  private told(room: number, leavers: readonly ServerId[], kept: number): Told {
    const { self, handOnBy, isFull } = this.state;
    this.noteKept();
    return {
      room: Math.min(room, this.room()),
      leavers: handOnBy === null ? leavers : [...leavers, self.id],
      kept: isFull ? Math.min(kept, this.isSeeking() ? 0 : this.kept) : kept,
    };
  }

  /** What it is to keep is here, and on its disk, if it has one. */
  private noteKept(): void {
    const { catalogue, journal } = this.state;
    if (this.noting !== null || catalogue.lacking.size > 0) return;
    this.noting = catalogue.watermark;
    journal.whenSafe(() => {
      this.kept = this.noting!;
      this.noting = null;
    });
  }

  private renew(stamp: number | undefined): void {
    if (stamp !== undefined && stamp >= 0) this.lease.renew(stamp);
  }

  private send(place: Place): void {
    this.sentAt = this.state.now;
    if (place.isAlone) return;
    const stamps = withValue(
      place.view.members.map(() => -1),
      place.index,
      this.stamp,
    );
    const { echo } = this;
    this.echo = [];
    const { ringRoom, leavers, keptTo, loads: loadsEcho, options } = this.state;
    const told = this.told(Infinity, [], UNBOUNDED);
    const roomEcho = Math.min(ringRoom, told.room);
    const echoes = { echo, roomEcho, leaversEcho: [...leavers], keptEcho: keptTo, loadsEcho };
    const { id, members } = place.view;
    const loads = members.map((_, index) => (index === place.index ? options.load() : 0));
    const lap = ++this.lap;
    this.downstream.send({ kind: 'heartbeat', view: id, lap, stamps, ...told, loads, ...echoes });
  }

  private get stamp(): number {
    return Math.floor(this.state.now);
  }
}

function withValue(values: readonly number[], index: number, value: number): number[] {
  const copy = [...values];
  copy[index] = value;
  return copy;
}
