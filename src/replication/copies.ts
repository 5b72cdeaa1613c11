import type { Cache } from './cache.js';
import type { Memory } from './memory.js';
import type { LogRecord } from './record.js';
import { stores } from './server.js';
import type { State } from './state.js';

/** Bodies that need not be here, of which so many are looked at for one write or tick. */
const LOOKED_AT = 64;

/**
 * What this server has of the bodies that others keep; of a gateway, that is all. Until a record is committed, everyone has its body; then those go that
 * are not among its holders. What came by for a reader, or was to be kept here once, stays for a while: it is no copy that anybody counts on, but
 * one that answers as well as another.
 */
export class Copies {
  /** Members of the present view that keep bodies, and have all that they are to have. */
  private readonly full = new Set<string>();
  /** Members that keep bodies. */
  private readonly storing = new Set<string>();
  private readonly stores: boolean;

  constructor(
    private readonly state: State,
    private readonly cache: Cache,
    private readonly memory: Memory,
  ) {
    this.stores = stores(state.self);
  }

  installed(): void {
    this.full.clear();
    this.storing.clear();
    for (const member of this.state.view!.members.filter(stores)) {
      this.storing.add(member.name);
      if (member.full) this.full.add(member.name);
    }
  }

  /** Copies that servers are to keep which are not in the view: until they are back, or others are named in their place. */
  get away(): number {
    let count = 0;
    for (const [name, copies] of this.state.catalogue.copies) if (!this.storing.has(name)) count += copies;
    return count;
  }

  /** A record is committed: it may not be for this server to keep, or say who keeps an object. */
  committed(record: LogRecord): void {
    if (record.holders.length === 0 && this.stores) return;
    const version = this.state.catalogue.get(record.key);
    if (version?.revision !== record.revision) return;
    if (record.kind === 'place') {
      if (version.body !== null) this.cache.attached(version.revision);
    } else if (this.isSpare(version) && this.isKept(version)) this.shed(version);
  }

  /** Makes room, a bit at a time. The one that was read last stays, as somebody may be reading it. */
  sweep(): void {
    const { catalogue } = this.state;
    const { spares } = catalogue;
    if (spares.size === 0) return;
    const { spareLimit } = this.memory;
    let looks = 0;
    for (const key of spares.keys()) {
      if (++looks > LOOKED_AT || spares.size <= 1 || catalogue.spareBytes <= spareLimit) return;
      const version = catalogue.get(key)!;
      if (this.hasHolder(version)) this.shed(version);
    }
  }

  private isSpare({ key }: LogRecord): boolean {
    return this.state.catalogue.spares.has(key);
  }

  /** All have it who are to; of what everyone keeps, whoever is full. */
  private isKept({ holders }: LogRecord): boolean {
    if (holders.length === 0) return this.full.size > 0;
    return holders.every((name) => this.full.has(name));
  }

  /** As long as nobody else is known to have it, it stays. */
  private hasHolder({ holders, of, revision }: LogRecord): boolean {
    if (holders.length === 0) return this.full.size > 0;
    const { keptTo } = this.state;
    // Who was named later has to fetch it first; who has lost it, to ask for it.
    if (keptTo === 0 || (of !== 0 && revision > keptTo)) return false;
    return holders.some((name) => this.full.has(name));
  }

  private shed({ key }: LogRecord): void {
    const { catalogue, journal } = this.state;
    journal.put('records', catalogue.shed(key));
  }
}
