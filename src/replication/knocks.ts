import type { Links } from './links.js';
import type { LinkId } from './interface.js';
import type { Server } from './server.js';
import type { State } from './state.js';
import { isMember, type View } from './view.js';

const KNOCK_MS = 1000;
/** Servers that are knocked on at most. */
const MOST_LOST = 64;

/**
 * A server in a provisional view does not know what has become of the lineage. So it knocks, one after the other, on
 * the members that it lost, until one of them answers with a view of the lineage.
 */
export class Knocks {
  private lost: Server[] = [];
  private turn = 0;
  private changedAt = 0;

  constructor(
    private readonly state: State,
    private readonly links: Links,
  ) {}

  /** The address that is knocked on now. */
  get target(): string | null {
    return this.lost.length === 0 ? null : this.lost[this.turn % this.lost.length]!.ring;
  }

  installed(view: View, previous: View | null): void {
    if (!view.provisional) {
      this.lost = [];
      return;
    }
    const missing = [...this.lost, ...(previous?.members ?? [])].filter(({ id }) => !isMember(view, id));
    this.lost = [...new Map(missing.map((server) => [server.ring, server])).values()].slice(-MOST_LOST);
  }

  linked(address: string, link: LinkId): void {
    if (address === this.target) this.links.send(link, { kind: 'install', view: this.state.view! });
  }

  tick(): void {
    if (this.state.now - this.changedAt < KNOCK_MS) return;
    this.changedAt = this.state.now;
    this.turn++;
  }
}
