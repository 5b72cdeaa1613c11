import type { Links } from './links.js';
import type { LinkId } from './interface.js';
import type { Server } from './server.js';
import type { State } from './state.js';
import type { View } from './view.js';

const KNOCK_MS = 1000;
/** Knocks on each that it lost, after which it knocks less often. */
const MOST_KNOCKS = 60;
const SELDOM_MS = 30_000;
/** Servers that are knocked on at most. */
const MOST_LOST = 64;

/**
 * Servers that were members and are not any more may be alive, and not know what has become of the ring, or not have been
 * heard. So they are knocked on, one after the other: in the lineage by the primary, in a provisional view, which may be
 * lost itself, by everyone. Who is behind follows, and who is ahead says so.
 */
export class Knocks {
  /** Ring addresses. */
  private lost: string[] = [];
  /** Those that it knows and that left as they wished: whoever of them comes again finds the ring by itself. */
  private left: string[] = [];
  private turn = 0;
  private changedAt = 0;
  private knocks = 0;

  constructor(
    private readonly state: State,
    private readonly links: Links,
  ) {}

  /** The address that is knocked on now. */
  get target(): string | null {
    const { place, isActive } = this.state;
    if (this.lost.length === 0 || !isActive || this.isResting) return null;
    if (!place!.isPrimary && !place!.view.provisional) return null;
    return this.lost[this.turn % this.lost.length]!;
  }

  /**
   * Who is in the view now, under whatever incarnation, is not lost, nor is who left.
   *
   * @param leavers members of the view before that know that they are in this one no more
   * @param contacts ring addresses of servers that this one knew before
   */
  installed(
    view: View,
    previous: View | null,
    leavers: readonly Server[],
    contacts: readonly string[],
  ): void {
    const here = new Set(addressesOf(view.members));
    const known = new Set([...contacts, ...this.lost, ...addressesOf(previous?.members ?? [])]);
    const absent = [...known].filter((address) => !here.has(address));
    const left = new Set([...this.left, ...addressesOf(leavers)]);
    this.left = absent.filter((address) => left.has(address));
    const lost = absent.filter((address) => !left.has(address)).slice(-MOST_LOST);
    if (lost.length > this.lost.length) this.knocks = 0;
    this.lost = lost;
  }

  /** Between knocks that come seldom, as nobody has answered for long. */
  private get isResting(): boolean {
    return this.knocks > MOST_KNOCKS * this.lost.length && this.state.now - this.changedAt > KNOCK_MS;
  }

  linked(address: string, link: LinkId): void {
    if (address === this.target)
      this.links.send(link, { kind: 'install', view: this.state.view!, isActive: true });
  }

  tick(): void {
    const isSeldom = this.knocks > MOST_KNOCKS * this.lost.length;
    if (this.state.now - this.changedAt < (isSeldom ? SELDOM_MS : KNOCK_MS)) return;
    this.changedAt = this.state.now;
    this.turn++;
    this.knocks++;
    const { target } = this;
    const up = target === null ? null : this.links.up(target);
    if (up) this.linked(target!, up.link!);
  }
}

function addressesOf(servers: readonly Server[]): string[] {
  return servers.map(({ ring }) => ring);
}
