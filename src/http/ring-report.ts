import {
  formatServerId,
  type Member,
  type Role,
  roleOf,
  type ServerId,
  type Status,
} from '../replication/index.js';
import type { Departure } from './departures.js';

export interface MemberReport {
  /** Twelve hexadecimal digits, new at every start of the server. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly ring: string;
  readonly priority: number;
  /** `gateway`: it keeps no bodies. `storage`: it answers no clients. */
  readonly role: Role;
  readonly state: 'up' | 'filling' | 'suspected';
  /** When a heartbeat of it came round here last, ISO 8601; null: none has yet. The age of it is `RingReport.time` less this. */
  readonly heard: string | null;
}

/** What this server has to do. */
export interface Load {
  /** Requests that were answered since its start. */
  readonly requests: number;
  /** Those that are worked on, open streams among them, but not the one that asks. */
  readonly inFlight: number;
}

/** The answer of `GET /ring`. */
export interface RingReport {
  readonly ring: string;
  /** Twelve hexadecimal digits, made by the founder; null before this server has a ring. It tells rings of one name apart. */
  readonly ringId: string | null;
  readonly view: number;
  /** Name; null before this server is in a view. */
  readonly primary: string | null;
  readonly self: string;
  /** `leaving`: it is a member still, and was told to end. */
  readonly state: Status['phase'] | 'leaving';
  readonly provisional: boolean;
  readonly members: readonly MemberReport[];
  /** Everything up to it is committed. */
  readonly revision: number;
  /** How many objects this server knows of. */
  readonly objects: number;
  /** How many that lost when rings came together again. */
  readonly conflicts: number;
  /** Writes of this server apart from the ring that it does not have yet. */
  readonly offers: number;
  /** Keys of objects whose body no member has, the first 100: to be put again, or deleted. */
  readonly lost: readonly string[];
  /** By this server's wall clock, ISO 8601. */
  readonly time: string;
  readonly load: Load;
  /** Those that were members, the newest first, as far as this server remembers. */
  readonly gone: readonly Departure[];
}

/** What a report tells that the replica does not know. */
export interface Surroundings {
  /** The name of the ring. */
  readonly ring: string;
  readonly now: Date;
  readonly load: Load;
  readonly gone: readonly Departure[];
  /** This server was told to end. */
  readonly isLeaving: boolean;
  /** What `RingReport.lost` tells. */
  readonly lost: readonly string[];
}

/** What people see of the ring. */
export function reportRing(surroundings: Surroundings, status: Status): RingReport {
  const { ring, now, load, gone, lost, isLeaving } = surroundings;
  const { view, ringId, self, watermark, phase, objects, conflicts, offers, ages } = status;
  const members = view?.members ?? [];
  return {
    ring,
    ringId: ringId === 0 ? null : formatServerId(ringId),
    view: view?.id.number ?? 0,
    primary: members[0]?.name ?? null,
    self: self.name,
    state: phase === 'member' && isLeaving ? 'leaving' : phase,
    provisional: view?.provisional ?? false,
    members: members.map((member, at) =>
      reportMember(member, status.suspected, heardAt(now, ages[at] ?? -1)),
    ),
    revision: watermark,
    objects,
    conflicts,
    offers,
    lost,
    time: now.toISOString(),
    load,
    gone,
  };
}

function heardAt(now: Date, ageMs: number): string | null {
  return ageMs < 0 ? null : new Date(now.getTime() - ageMs).toISOString();
}

function reportMember(member: Member, suspected: readonly ServerId[], heard: string | null): MemberReport {
  const { id, name, url, ring, priority, full } = member;
  const state = suspected.includes(id) ? 'suspected' : full ? 'up' : 'filling';
  return { id: formatServerId(id), name, url, ring, priority, role: roleOf(member), state, heard };
}
