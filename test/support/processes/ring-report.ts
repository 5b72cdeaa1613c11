import { Caller, type Endpoint } from './caller.js';

/** What the suites read of `GET /ring`. */
export interface RingReport {
  readonly view: number;
  readonly primary: string | null;
  readonly self: string;
  readonly state: string;
  readonly provisional: boolean;
  readonly revision: number;
  /** Writes apart from the ring that it does not have yet. */
  readonly offers: number;
  readonly members: readonly { readonly id: string; readonly name: string; readonly state: string }[];
}

const BOUND_MS = 1_000;

/** Undefined when the server does not answer in time. */
export async function readRing(server: Endpoint): Promise<RingReport | undefined> {
  const body = await ask(server, '/ring');
  return body === undefined ? undefined : (JSON.parse(body) as RingReport);
}

export async function isReady(server: Endpoint): Promise<boolean> {
  return (await ask(server, '/health/ready')) !== undefined;
}

/** The members in their order; an incarnation is told from the next one of the same name. */
export function membersOf({ view, members, provisional }: RingReport): string {
  const names = members.map(({ name, id, state }) => `${name}/${id}${state === 'up' ? '' : ` (${state})`}`);
  return `view ${view}${provisional ? ', provisional' : ''}: ${names.join(', ')}`;
}

async function ask(server: Endpoint, path: string): Promise<string | undefined> {
  const caller = new Caller(server, BOUND_MS);
  const reply = await caller.send({ method: 'GET', path });
  caller.close();
  return reply.kind === 'answer' && reply.status === 200 ? reply.body : undefined;
}
