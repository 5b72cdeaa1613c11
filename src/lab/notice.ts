import type { IncomingEvent } from './event-lines.js';

/** What a server tells of its ring while one listens (`GET /events`). */
export type Notice =
  | { kind: 'left' | 'joined' | 'promoted'; id: string; name: string; view: number }
  | { kind: 'suspected'; id: string; name: string; view: number; reason: string }
  | { kind: 'merging'; count: number }
  | { kind: 'merged' };

/** Undefined for all that the lab does not tell. */
export function parseNotice({ name: kind, data }: IncomingEvent): Notice | undefined {
  const said = parse(data);
  switch (kind) {
    case 'left':
    case 'joined':
    case 'promoted':
      return { kind, ...memberOf(said) };
    case 'suspected':
      return { kind, ...memberOf(said), reason: String(said['reason'] ?? 'no reason given') };
    case 'merging':
      return { kind, count: Number(said['count']) };
    case 'merged':
      return { kind };
    default:
      return undefined;
  }
}

const memberOf = (said: Record<string, unknown>) => ({
  id: String(said['id']),
  name: String(said['name']),
  view: Number(said['view']),
});

function parse(data: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
