/** The part of `GET /ring` that the lab reads. */
export interface RingAnswer {
  view: number;
  /** Names; null while there is none. */
  primary: string | null;
  self: string | null;
  members: RingMember[];
  revision: string;
  /** How many objects the server knows of; null when it does not say. */
  objects: number | null;
  /** How many versions are kept that lost when rings came together again. */
  conflicts: number;
  /** `joining`, `returning` or `member`; how far the server is. */
  phase: string;
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
    objects: typeof body['objects'] === 'number' ? body['objects'] : null,
    conflicts: Number(body['conflicts'] ?? 0),
    phase: textOf(body['state']) ?? 'member',
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
