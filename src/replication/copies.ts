import type { Cache } from './cache.js';
import type { Memory } from './memory.js';
import type { LogRecord } from './record.js';
import type { State } from './state.js';

/** Bodies that need not be here, of which so many are looked at for one write or tick. */
const LOOKED_AT = 64;

/**
 * What this server has of the bodies that others keep. Until a record is committed, everyone has its body; then those go that
 * are not among its holders. What came by for a reader, or was to be kept here once, stays for a while: it is no copy that anybody counts on, but
 * one that answers as well as another.
 */
export class Copies {
  /** Members of the present view that have all that they are to have. */
  private readonly full = new Set<string>();

  constructor(
    private readonly state: State,
    private readonly cache: Cache,
    private readonly memory: Memory,
  ) {}

  installed(): void {
    this.full.clear();
    for (const { name, full } of this.state.view!.members) if (full) this.full.add(name);
  }

  /** A record is committed that is not for everyone to keep, or that says who keeps an object. */
  committed(record: LogRecord): void {
    const version = this.state.catalogue.get(record.key);
    if (version?.revision !== record.revision) return;
    if (record.kind === 'place') {
      if (version.body !== null) this.cache.attached(version.revision);
    } else if (this.isSpare(version) && version.holders.every((name) => this.full.has(name)))
      this.shed(version);
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

  /** As long as nobody else is known to have it, it stays. */
  private hasHolder({ holders }: LogRecord): boolean {
    return holders.some((name) => this.full.has(name));
  }

  private shed({ key }: LogRecord): void {
    const { catalogue, journal } = this.state;
    journal.put('records', catalogue.shed(key));
  }
}
