import type { Sighting } from '../../multicast/index.js';
import { Search } from '../search.js';

/** A member of a ring, for tests that care about some of its fields. */
export const SIGHTING: Sighting = {
  ring: 'ringlet',
  ringId: 7,
  id: 1,
  name: 'one',
  url: 'http://127.0.0.1:5235',
  address: '127.0.0.1:1233',
  priority: 5235,
  state: 'member',
  isPrimary: true,
  isEmpty: true,
};

interface Start {
  /** Milliseconds. */
  readonly at: number;
  readonly priority: number;
}

interface Weather {
  readonly seed: number;
  /** The part of the packets that is lost. */
  readonly loss: number;
  /** At most; each packet takes a time of its own. */
  readonly latencyMs: number;
}

interface Player extends Start {
  readonly id: number;
  readonly search: Search;
  state: Sighting['state'];
}

const LOOK_MS = 50;
const STEP_MS = 10;

/** Servers that ask and answer each other on a network without sockets. Who hears a member joins it. */
export class Field {
  /** Places in the list of starts. */
  readonly founders: number[] = [];
  private readonly players: Player[];
  private now = 0;
  private under: { at: number; deliver: () => void }[] = [];
  private state: number;

  constructor(
    starts: readonly Start[],
    private readonly weather: Weather,
  ) {
    this.state = weather.seed >>> 0;
    this.players = starts.map((start, id) => {
      const search = new Search({ name: `s${id}`, priority: start.priority }, () => this.random());
      return { ...start, id, search, state: 'seeking' };
    });
  }

  /** Those that have no ring. */
  get outside(): number[] {
    return this.players.filter(({ state }) => state !== 'member').map(({ id }) => id);
  }

  run(ms: number): void {
    for (; this.now < ms; this.now += STEP_MS) {
      const due = this.under.filter(({ at }) => at <= this.now);
      this.under = this.under.filter(({ at }) => at > this.now);
      for (const { deliver } of due) deliver();
      if (this.now % LOOK_MS === 0) for (const player of this.players) this.look(player);
    }
  }

  private look(player: Player): void {
    if (this.now < player.at) return;
    const standing = player.state === 'member' ? 'alone' : 'seeking';
    const what = player.search.next(standing, player.id, this.now);
    if (what === 'found') {
      this.founders.push(player.id);
      player.state = 'member';
    }
    if (what === 'ask') for (const other of this.players) if (other !== player) this.ask(player, other);
  }

  private ask(from: Player, to: Player): void {
    this.send(() => {
      if (this.now < to.at) return;
      to.search.stir(from.id, false, this.now);
      const { id, priority, state } = to;
      const sighting = { ...SIGHTING, id, name: `s${id}`, priority, state };
      this.send(() => {
        from.search.heard(sighting, this.now);
        if (state === 'member') from.state = 'member';
      });
    });
  }

  private send(deliver: () => void): void {
    if (this.random() < this.weather.loss) return;
    this.under.push({ at: this.now + this.random() * this.weather.latencyMs, deliver });
  }

  /** A linear congruential generator: the same seed, the same run. */
  private random(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 2 ** 32;
  }
}
