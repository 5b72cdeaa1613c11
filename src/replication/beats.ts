import { Silence } from './detector.js';
import type { Downstream } from './downstream.js';
import { Lease } from './lease.js';
import type { Heartbeat } from './messages.js';
import type { Place, State } from './state.js';

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

  constructor(
    private readonly state: State,
    private readonly downstream: Downstream,
    /** Bytes of memory that this member has left for objects. */
    private readonly room: () => number,
  ) {
    const { readLeaseMs, suspectAfterMs, probeIntervalMs } = state.options;
    this.lease = new Lease(readLeaseMs);
    this.silence = new Silence(suspectAfterMs, probeIntervalMs);
  }

  /** Two laps at once, so that everyone has a lease as soon as the view stands. */
  installed(place: Place): void {
    this.lap = 0;
    this.echo = [];
    this.state.ringRoom = Infinity;
    this.state.loads = [];
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
    this.state.ringRoom = beat.roomEcho;
    this.state.loads = beat.loadsEcho;
    const room = Math.min(beat.room, this.room());
    const loads = withValue(beat.loads, place.index, this.state.options.load());
    this.downstream.send({ ...beat, stamps: withValue(beat.stamps, place.index, this.stamp), room, loads });
  }

  private returned(place: Place, beat: Heartbeat): void {
    this.renew(beat.stamps[place.index]);
    this.echo = beat.stamps;
    this.state.ringRoom = beat.room;
    this.state.loads = beat.loads;
    if (beat.lap === 1) this.send(place);
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
    const room = this.room();
    const roomEcho = Math.min(this.state.ringRoom, room);
    const { loads: loadsEcho, options, view } = this.state;
    const loads = view!.members.map((_, index) => (index === place.index ? options.load() : 0));
    const lap = ++this.lap;
    this.downstream.send({
      kind: 'heartbeat',
      view: view!.id,
      lap,
      stamps,
      echo,
      room,
      roomEcho,
      loads,
      loadsEcho,
    });
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
