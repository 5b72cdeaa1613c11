import type { IncomingMessage } from 'node:http';

import { prefers } from './preferences.js';

/** A request that one server sent on to another comes with this at the end of its target, so that it is not sent on again. */
const MARK = 'sent-on';
/** Those that came with it. */
const sentOn = new WeakSet<IncomingMessage>();

/** The target of a request that is sent on. */
export function marked(target: string): string {
  return `${target}${target.includes('?') ? '&' : '?'}${MARK}`;
}

/** Takes the mark away, and remembers that there was one: another server has sent this request here. */
export function unmark(request: IncomingMessage): void {
  const target = request.url!;
  const bare = target.slice(0, -MARK.length - 1);
  // A key may end so as well: its ampersand is part of a path.
  if (target !== marked(bare)) return;
  request.url = bare;
  sentOn.add(request);
}

/** Whether the client goes where it is sent, and has not been sent here. Its mark is taken away already. */
export function maySendOn(request: IncomingMessage): boolean {
  return prefers(request.headers.prefer, 'redirect') && !sentOn.has(request);
}
