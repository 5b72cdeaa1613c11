/** `left`: it agreed to go. `dead`: the others could not reach it. `apart`: it is a member, but of another view. */
export type RowState =
  'up' | 'filling' | 'suspected' | 'leaving' | 'left' | 'dead' | 'gone' | 'joining' | 'returning' | 'apart';

/** What a server last told of itself. */
export interface Figures {
  readonly revision: number;
  /** Requests since its start, and when it told so by its own clock, in ms: two of them make a rate. */
  readonly requests: number | null;
  readonly toldAt: number;
  readonly perSecond: number | null;
  readonly inFlight: number | null;
}

/** A server, as far as it is known. Times are those of the monitor's clock, in ms. */
export interface Row {
  readonly name: string;
  /** Null while it is only known by an event. */
  readonly id: string | null;
  readonly url: string;
  readonly priority: number | null;
  readonly state: RowState;
  /** Its last heartbeat: it has answered, or a member has heard it. */
  readonly heardAt: number | null;
  /** Null while it does not answer the monitor. */
  readonly figures: Figures | null;
  /** Null while it is a member. */
  readonly goneAt: number | null;
}

/** `outside`: servers answer, and none of them is a member of a ring. */
export type Contact = 'none' | 'ok' | 'outside' | 'lost';

/** What the monitor knows. */
export interface MonitorState {
  readonly contact: Contact;
  /** Why no server answers. */
  readonly why: string;
  readonly contactSince: number;
  readonly ring: string;
  readonly view: number;
  /** The latest view that an event has told of; it may be ahead of `view`. */
  readonly toldView: number;
  /** Rounds in a row that told of an earlier view than is known. */
  readonly olderRounds: number;
  readonly provisional: boolean;
  readonly primary: string | null;
  readonly revision: number;
  readonly objects: number;
  readonly conflicts: number;
  /** The members in order, then those who have gone, the last one first. */
  readonly rows: readonly Row[];
  /** The origin of the server whose events are read. */
  readonly watching: string | null;
  readonly putsPerSecond: number;
  readonly deletesPerSecond: number;
  /** What events have told lately: another server may tell it again. */
  readonly told: readonly string[];
}

export const BEGINNING: MonitorState = {
  contact: 'none',
  why: '',
  contactSince: 0,
  ring: '',
  view: 0,
  toldView: 0,
  olderRounds: 0,
  provisional: false,
  primary: null,
  revision: 0,
  objects: 0,
  conflicts: 0,
  rows: [],
  watching: null,
  putsPerSecond: 0,
  deletesPerSecond: 0,
  told: [],
};

export const isMember = ({ goneAt }: Row): boolean => goneAt === null;

export function membersOf({ rows }: MonitorState): Row[] {
  return rows.filter(isMember);
}

/** The name of the server at this origin, or else its host and port. */
export function nameAt({ rows }: MonitorState, origin: string): string {
  const at = rows.find(({ url }) => originOf(url) === originOf(origin));
  return at?.name ?? (URL.canParse(origin) ? new URL(origin).host : origin);
}

/** At which clients reach it; null when its address is none. */
export function portOf({ url }: Pick<Row, 'url'>): number | null {
  if (!URL.canParse(url)) return null;
  const { port, protocol } = new URL(url);
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
