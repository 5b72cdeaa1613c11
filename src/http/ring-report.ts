import { formatServerId, type Member, type ServerId, type Status } from '../replication/index.js';

export interface MemberReport {
  /** Twelve hexadecimal digits, new at every start of the server. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly ring: string;
  readonly priority: number;
  readonly state: 'up' | 'filling' | 'suspected';
}

/** The answer of `GET /ring`. */
export interface RingReport {
  readonly ring: string;
  readonly view: number;
  /** Name; null before this server is in a view. */
  readonly primary: string | null;
  readonly self: string;
  readonly state: Status['phase'];
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
}

/** What people see of the ring. `ring` is its name. */
export function reportRing(ring: string, status: Status, lost: readonly string[]): RingReport {
  const { view, self, watermark, phase, objects, conflicts, offers } = status;
  const members = view?.members ?? [];
  return {
    ring,
    view: view?.id.number ?? 0,
    primary: members[0]?.name ?? null,
    self: self.name,
    state: phase,
    provisional: view?.provisional ?? false,
    members: members.map((member) => reportMember(member, status.suspected)),
    revision: watermark,
    objects,
    conflicts,
    offers,
    lost,
  };
}

function reportMember(member: Member, suspected: readonly ServerId[]): MemberReport {
  const { id, name, url, ring, priority, full } = member;
  const state = suspected.includes(id) ? 'suspected' : full ? 'up' : 'filling';
  return { id: formatServerId(id), name, url, ring, priority, state };
}
