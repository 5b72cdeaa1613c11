import { Pace } from './pace.js';
import type { SeenMember, Sighting } from './sighting.js';

/** `own`: it turned out to be a server of this very ring. */
type ContactState = 'unknown' | 'up' | 'down' | 'own';

/** One of the URLs that may be asked. */
interface Contact {
  readonly origin: string;
  state: ContactState;
  /** The id of the island that it was a server of when it answered last. */
  island: string | null;
  /** Why it does not answer. */
  error: string | null;
  /** How often it is told that its island is up by it, … */
  readonly ups: Pace;
  /** … and how often anything else of it. */
  readonly others: Pace;
}

interface Known {
  readonly id: string;
  name: string;
  isUp: boolean;
  /** It was told that it is up, so it is to be told when it is no more. */
  isToldUp: boolean;
  since: Date;
  members: readonly SeenMember[];
}

/** An island, as `GET /islands` tells of it. */
export interface IslandReport {
  /** Null while nobody has answered at this URL. */
  readonly name: string | null;
  readonly id: string | null;
  readonly state: 'up' | 'down' | 'unknown';
  /** Since when, ISO 8601; null: since the start. */
  readonly since: string | null;
  /** The one that is asked; null while the island is down. */
  readonly url: string | null;
  readonly members: readonly SeenMember[];
  readonly lastError: string | null;
}

/** An island that can be asked. */
export interface Island {
  readonly id: string;
  readonly name: string;
  /** Its servers that answer, the one to ask first before the others. */
  readonly origins: readonly string[];
}

/** `members`: how many it had when it answered last. */
interface OfIsland {
  readonly name: string;
  readonly id: string;
  readonly members: number;
}

export type Change =
  | (OfIsland & { readonly kind: 'up'; readonly url: string })
  | (OfIsland & { readonly kind: 'down'; readonly reason: string })
  | { readonly kind: 'own'; readonly url: string }
  | { readonly kind: 'silent'; readonly url: string; readonly reason: string };

export type Found =
  { readonly kind: 'island'; readonly island: Island } | { readonly kind: 'unknown' | 'down' | 'ambiguous' };

/**
 * The other islands, by what their servers said last. It knows the URLs that it is given and no more, so there are never
 * more islands than that. An island is up while one of its URLs answers, and is forgotten when all of them have
 * turned out to be of others. What changes again and again is told of a few times a minute, and then when it is up to stay. It asks nobody
 * itself.
 */
export class Register {
  private readonly contacts: ReadonlyMap<string, Contact>;
  private readonly known = new Map<string, Known>();

  constructor(
    origins: readonly string[],
    private readonly tell: (change: Change) => void,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.contacts = new Map(
      origins.map((origin) => [
        origin,
        { origin, state: 'unknown', island: null, error: null, ups: new Pace(), others: new Pace() },
      ]),
    );
  }

  /** A server has answered. `own`: the id of this ring. */
  answered(origin: string, { id, name, members }: Sighting, own: string | null): void {
    const contact = this.contacts.get(origin)!;
    const isOwn = id === own;
    if (isOwn && contact.state !== 'own') this.tellOf(contact, { kind: 'own', url: origin });
    Object.assign(contact, { state: isOwn ? 'own' : 'up', island: isOwn ? null : id, error: null });
    if (!isOwn) this.learn(id, name, members);
    this.settle('its servers belong to another one now');
  }

  /** A server has not answered, or not as one does. */
  failed(origin: string, reason: string): void {
    const contact = this.contacts.get(origin)!;
    const { state, error } = contact;
    contact.error = reason;
    if (state === 'own') return;
    if (state === 'up') contact.state = 'down';
    this.settle(`${origin}: ${reason}`);
    // Of the last server that answered, it is told that its island is down.
    const isDown = state === 'up' && this.originsOf(contact.island!).length === 0;
    if (error !== reason && !isDown) this.tellOf(contact, { kind: 'silent', url: origin, reason });
  }

  /** Those that can be asked. */
  up(): Island[] {
    return [...this.known.values()].filter(({ isUp }) => isUp).map((known) => this.islandOf(known));
  }

  /** By its name, or by its id where several have one name. One that is up is meant rather than one that is not. */
  find(name: string): Found {
    const named = [...this.known.values()].filter((known) => known.name === name || known.id === name);
    const up = named.filter(({ isUp }) => isUp);
    if (up.length > 1) return { kind: 'ambiguous' };
    if (up[0] !== undefined) return { kind: 'island', island: this.islandOf(up[0]) };
    return { kind: named.length > 0 ? 'down' : 'unknown' };
  }

  /** Those that cannot be asked: each by its name, or by its URL while nobody has answered there, and why. */
  missing(): string[] {
    return this.report()
      .filter(({ state }) => state !== 'up')
      .map(({ name, url }) => (name === null ? `${url}: it has not answered yet` : `${name}: it is down`));
  }

  report(): IslandReport[] {
    const islands = [...this.known.values()].map((known) => this.reportIsland(known));
    const others = [...this.contacts.values()].filter(({ state }) => state === 'unknown');
    return [...islands, ...others.map(reportUnknown)];
  }

  private learn(id: string, name: string, members: readonly SeenMember[]): void {
    const known = this.known.get(id);
    if (known === undefined)
      this.known.set(id, { id, name, members, isUp: false, isToldUp: false, since: this.now() });
    else Object.assign(known, { name, members });
  }

  /** Brings the islands in line with what is known of the URLs. */
  private settle(reason: string): void {
    for (const known of this.known.values()) {
      const contacts = this.contactsOf(known.id);
      const first = contacts.find(({ state }) => state === 'up');
      this.turn(known, first !== undefined);
      this.tellTurn(known, first, reason);
      if (contacts.length === 0) this.known.delete(known.id);
    }
  }

  private turn(known: Known, isUp: boolean): void {
    if (known.isUp === isUp) return;
    known.isUp = isUp;
    known.since = this.now();
  }

  /** An island that is up and was not told of, as that was too often, is told of later. */
  private tellTurn(known: Known, first: Contact | undefined, reason: string): void {
    const isUp = first !== undefined;
    if (known.isToldUp === isUp || first?.ups.allows(this.now().getTime()) === false) return;
    known.isToldUp = isUp;
    const { id, name } = known;
    const island = { name, id, members: known.members.length };
    this.tell(isUp ? { kind: 'up', ...island, url: first.origin } : { kind: 'down', ...island, reason });
  }

  private tellOf({ others }: Contact, change: Change): void {
    if (others.allows(this.now().getTime())) this.tell(change);
  }

  private contactsOf(id: string): Contact[] {
    return [...this.contacts.values()].filter(({ island }) => island === id);
  }

  private originsOf(id: string): string[] {
    return this.contactsOf(id)
      .filter(({ state }) => state === 'up')
      .map(({ origin }) => origin);
  }

  private islandOf({ id, name }: Known): Island {
    return { id, name, origins: this.originsOf(id) };
  }

  private reportIsland({ id, name, isUp, since, members }: Known): IslandReport {
    const error = this.contactsOf(id).find((contact) => contact.error !== null);
    return {
      name,
      id,
      state: isUp ? 'up' : 'down',
      since: since.toISOString(),
      url: this.originsOf(id)[0] ?? null,
      members,
      lastError: error === undefined ? null : `${error.origin}: ${error.error}`,
    };
  }
}

function reportUnknown({ origin, error }: Contact): IslandReport {
  const nothing = { name: null, id: null, since: null, members: [] };
  return { ...nothing, state: 'unknown', url: origin, lastError: error };
}
