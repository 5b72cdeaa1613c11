import { formatServerId, isMember, type ReplicaEvent, type Server, type View } from '../replication/index.js';

/** Of more than so many, the oldest are forgotten. */
const REMEMBERED = 16;

/**
 * `leaving`: it agreed to the view without it, so it was told to leave, or takes its state anew. `lost`: the others could not
 * reach it. `unknown`: this server did not take part in choosing the view.
 */
export type GoneReason = 'leaving' | 'lost' | 'unknown';

/** A server that was a member and is not any more. */
export interface Departure {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly reason: GoneReason;
  /** The first view without it. */
  readonly view: number;
  /** When this server entered that view, ISO 8601. */
  readonly time: string;
}

type ViewEvent = Extract<ReplicaEvent, { kind: 'view' }>;

/** Why a member of the view before is not in this one. */
export function whyGone({ id }: Server, leavers: ViewEvent['leavers']): GoneReason {
  if (leavers === null) return 'unknown';
  return leavers.includes(id) ? 'leaving' : 'lost';
}

/** Remembers who has gone, for whoever looks at the ring a little later. A server that is back is not gone. */
export class Departures {
  private known: readonly Departure[] = [];

  constructor(private readonly now: () => Date = () => new Date()) {}

  /** The newest first. */
  get list(): readonly Departure[] {
    return this.known;
  }

  follow({ view, previous, leavers }: ViewEvent): void {
    const gone = (previous?.members ?? [])
      .filter(({ id }) => !isMember(view, id))
      .map((member) => this.departureOf(member, view, whyGone(member, leavers)));
    const isBack = ({ name }: Departure) => view.members.some((member) => member.name === name);
    this.known = [...gone.toReversed(), ...this.known].filter((one) => !isBack(one)).slice(0, REMEMBERED);
  }

  private departureOf({ id, name, url }: Server, view: View, reason: GoneReason): Departure {
    return {
      id: formatServerId(id),
      name,
      url,
      reason,
      view: view.id.number,
      time: this.now().toISOString(),
    };
  }
}
