/** The part of `GET /ring` that the lab reads. */
export interface RingAnswer {
  view: number;
  /** Names; null while there is none. */
  primary: string | null;
  self: string | null;
  members: RingMember[];
  revision: string;
  /** Too few of the others could be reached when the view was chosen. */
  provisional: boolean;
}

export interface RingMember {
  id: string;
  name: string;
  state: string;
}

/** Undefined when it is not the answer of a Ringlet. Fields that the lab does not need may be anything. */
export function parseRingAnswer(body: unknown): RingAnswer | undefined {
  if (!isRecord(body) || !Array.isArray(body['members'])) return undefined;
  const view = Number(body['view']);
  if (!Number.isFinite(view)) return undefined;
  const members = body['members'].map(parseMember);
  if (!members.every((member) => member !== undefined)) return undefined;
  return {
    view,
    primary: nameOf(body['primary']),
    self: nameOf(body['self']),
    members,
    revision: textOf(body['revision']) ?? '-',
    provisional: body['provisional'] === true,
  };
}

function parseMember(member: unknown): RingMember | undefined {
  if (!isRecord(member) || typeof member['name'] !== 'string') return undefined;
  return { id: textOf(member['id']) ?? '', name: member['name'], state: textOf(member['state']) ?? '-' };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const nameOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
