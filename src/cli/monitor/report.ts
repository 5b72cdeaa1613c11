import type { RingMember, RingStatus } from '../../client/index.js';

/** What servers tell beyond what every client needs. An older server tells none of it. */
export interface Report extends Omit<RingStatus, 'members'> {
  readonly members: readonly ReportedMember[];
  /** By the server's clock, ISO 8601. */
  readonly time?: string;
  readonly load?: { readonly requests: number; readonly inFlight: number };
  readonly gone?: readonly ReportedGone[];
}

export interface ReportedMember extends RingMember {
  /** When a heartbeat of it came round to that server last, by the same clock. */
  readonly heard?: string | null;
}

export type GoneReason = 'leaving' | 'lost' | 'unknown';

export interface ReportedGone {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly reason: GoneReason;
  readonly time: string;
}

/** How long before the report that was; no clock is compared with another's. Null when it is not known. */
export function ageMs({ time }: Report, told: string | null | undefined): number | null {
  if (time === undefined || told === null || told === undefined) return null;
  return Math.max(0, Date.parse(time) - Date.parse(told));
}

/**
 * The report of the ring that most of those who answered are in; of two as large, of the later view. Null when none of them is
 * a member.
 */
export function chooseReport(reports: readonly Report[]): Report | null {
  const ofMembers = reports.filter((report) => isOfMember(report) && report.members.length > 0);
  const votes = (report: Report) => ofMembers.filter((other) => isSameView(report, other)).length;
  const best = ofMembers.toSorted((a, b) => votes(b) - votes(a) || b.view - a.view);
  return best[0] ?? null;
}

/** One that is leaving is a member as long as it says that. */
export function isOfMember({ state }: Report): boolean {
  return state === 'member' || state === 'leaving';
}

export function isSameView(a: Report, b: Report): boolean {
  return a.view === b.view && a.primary === b.primary;
}
