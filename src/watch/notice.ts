import { type RingReport, whyGone } from '../http/index.js';
import type { IslandChange } from '../islands/index.js';
import {
  formatServerId,
  isMember,
  primaryOf,
  type Server,
  type ServerId,
  type View,
} from '../replication/index.js';

/** What is told once, to those who watch when it happens; no history has it. */
export interface Notice {
  readonly name:
    | 'joined'
    | 'left'
    | 'suspected'
    | 'promoted'
    | 'merging'
    | 'merged'
    | 'island-up'
    | 'island-down'
    | 'heartbeat';
  /** JSON. */
  readonly data: string;
}

/**
 * What has changed from one view to the next. Who left comes first: a server that was started anew is in both views, as
 * two incarnations of one name, and it is there in the end. `leavers`: as the replica tells them with the view.
 */
export function noticesOf(view: View, previous: View, leavers: readonly ServerId[] | null): Notice[] {
  const { number } = view.id;
  const left = previous.members.filter(({ id }) => !isMember(view, id));
  const joined = view.members.filter(({ id }) => !isMember(previous, id));
  const primary = primaryOf(view);
  const promoted = primaryOf(previous).id === primary.id ? [] : [primary];
  return [
    ...left.map((server) => memberNotice('left', server, number, { reason: whyGone(server, leavers) })),
    ...joined.map((server) => memberNotice('joined', server, number)),
    ...promoted.map((server) => memberNotice('promoted', server, number)),
  ];
}

/** As this server sees it: it may be the only one. */
export function suspicion(server: Server, reason: string, view: number): Notice {
  return memberNotice('suspected', server, view, { reason });
}

/** This server offers so many writes to the ring that were made apart from it. */
export function merging(count: number): Notice {
  return { name: 'merging', data: JSON.stringify({ count }) };
}

/** The ring has them all. */
export const MERGED: Notice = { name: 'merged', data: '{}' };

/** Another island can be asked by this server, or no more; null for what concerns people only. */
export function islandNotice(change: IslandChange): Notice | null {
  if (change.kind !== 'up' && change.kind !== 'down') return null;
  const { kind, ...data } = change;
  return { name: `island-${kind}`, data: JSON.stringify(data) };
}

/** `revision`: up to which the streams of this server may tell. The rest is how this server is, and whom it hears. */
export function heartbeat(
  revision: number,
  { members, self, state, view, primary, time, load }: RingReport,
): Notice {
  const url = members.find(({ name }) => name === self)?.url ?? null;
  const heard = members.map((member) => ({
    name: member.name,
    url: member.url,
    port: portOf(member.url),
    state: member.state,
    heard: member.heard,
  }));
  const port = url === null ? null : portOf(url);
  const data = { revision, name: self, url, port, state, time, view, primary, ...load, members: heard };
  return { name: 'heartbeat', data: JSON.stringify(data) };
}

/** At which clients reach the server. */
function portOf(text: string): number {
  const { port, protocol } = new URL(text);
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

/** `view`: the number of the view that brought it about, and for a suspicion that of the present one. */
function memberNotice(name: Notice['name'], server: Server, view: number, more: object = {}): Notice {
  const { name: who, url } = server;
  return { name, data: JSON.stringify({ id: formatServerId(server.id), name: who, url, view, ...more }) };
}
