import type { IncomingHttpHeaders } from 'node:http';

import { mayTell, parseServer } from './address.js';
import type { RingMember, RingStatus } from './ring-answers.js';
import { KnownServer } from './known-server.js';

/** Who left the ring is asked for so long, after all others: a cut may have made the view of one server small. */
const REMEMBERED_MS = 10 * 60_000;
/** A server that is this much nearer than the one in use takes its place; to move costs connections. */
const NEARER = 0.5;
const LEAST_GAIN_MS = 1;

export type Aim = 'read' | 'write';

/** The servers that are known, and whom to ask first. Only they are ever asked: the token goes nowhere else. */
export class Directory {
  private readonly servers = new Map<string, KnownServer>();
  private ring: string | null = null;
  private primary: KnownServer | null = null;
  private reader: KnownServer | null = null;

  constructor(seeds: readonly URL[]) {
    for (const url of seeds) this.servers.set(url.origin, new KnownServer(url, true));
  }

  /** All of them, in the order in which they should be asked. */
  order(aim: Aim, now = performance.now()): KnownServer[] {
    const first = aim === 'write' ? [this.primary, this.nearest()] : [this.nearest()];
    const sorted = [...this.servers.values()].toSorted(byMerit);
    const healthy = [...first, ...sorted].filter((server) => server?.isFailing === false) as KnownServer[];
    const serving = healthy.filter(({ serves }) => serves);
    const free = serving.filter((server) => !server.isBusy(now));
    return [...new Set([...free, ...serving, ...healthy, ...sorted])];
  }

  /** Those that are worth a health check. */
  current(): KnownServer[] {
    const all = [...this.servers.values()];
    const members = all.filter(({ isMember }) => isMember);
    return members.length > 0 ? members : all;
  }

  failing(now: number): KnownServer[] {
    return [...this.servers.values()].filter((server) => server.isDue(now));
  }

  at(url: URL): KnownServer | null {
    return this.servers.get(url.origin) ?? null;
  }

  /** By its name in the ring, or its URL. */
  find(server: string): KnownServer | null {
    const url = parseServer(server);
    if (url !== null) return this.at(url);
    const named = [...this.servers.values()].filter(({ name }) => name === server);
    return named.find(({ isMember }) => isMember) ?? named[0] ?? null;
  }

  /** Takes the members over from what a server has said of the ring. */
  learn({ ring, self, primary, state, members }: RingStatus, teller: KnownServer, now: number): void {
    teller.name = self;
    if (state !== 'member' || members.length === 0) return;
    // Another ring may run at an address now that a server of this one had.
    this.ring ??= ring;
    if (ring !== this.ring) return;
    for (const server of this.servers.values()) server.isMember = false;
    for (const member of members) this.add(member, teller, now);
    this.primary = primary === null ? null : this.find(primary);
    this.forget(now);
  }

  /** An answer tells who is the primary. False when that is somebody unknown. */
  note(server: KnownServer, headers: IncomingHttpHeaders): boolean {
    server.name ??= String(headers['ringlet-server']);
    const told = headers['ringlet-primary'];
    const url = typeof told === 'string' ? parseServer(told) : null;
    const primary = told === undefined ? server : url === null ? null : this.at(url);
    if (primary !== null) this.primary = primary;
    return primary !== null;
  }

  /** The one that reads go to: the same until it fails, or another turns out to be much nearer. */
  private nearest(): KnownServer | null {
    const best =
      [...this.servers.values()].filter(({ isFailing }) => !isFailing).toSorted(byMerit)[0] ?? null;
    const used = this.reader;
    const isUsable =
      used !== null && !used.isFailing && used.isMember === best?.isMember && used.serves === best.serves;
    if (!isUsable || isMuchNearer(best!, used)) this.reader = best;
    return this.reader;
  }

  private add(member: RingMember, teller: KnownServer, now: number): void {
    const url = parseServer(member.url);
    if (url === null) return;
    const known = this.at(url);
    if (known === null && !mayTell(teller.url, url)) return;
    const server = known ?? new KnownServer(url, false);
    this.servers.set(url.origin, server);
    const serves = member.role !== 'storage';
    Object.assign(server, { name: member.name, isMember: true, memberAt: now, serves });
  }

  private forget(now: number): void {
    for (const [origin, { isSeed, isMember, memberAt }] of this.servers)
      if (!isSeed && !isMember && now - memberAt > REMEMBERED_MS) this.servers.delete(origin);
  }
}

/** Members first, those that answer clients before the others, then the nearest; who was not measured yet stays as it came, behind those that were. */
function byMerit(one: KnownServer, other: KnownServer): number {
  if (one.isMember !== other.isMember) return one.isMember ? -1 : 1;
  if (one.serves !== other.serves) return one.serves ? -1 : 1;
  return one.latencyMs === other.latencyMs ? 0 : one.latencyMs - other.latencyMs;
}

function isMuchNearer(one: KnownServer, used: KnownServer): boolean {
  return one.latencyMs < used.latencyMs * NEARER && used.latencyMs - one.latencyMs > LEAST_GAIN_MS;
}
