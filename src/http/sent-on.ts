import type { IncomingMessage } from 'node:http';

/** A request that one server sent on to another comes with this at the end of its target, so that it is not sent on again. */
const MARK = 'sent-on';

/** The target of a request that is sent on. */
export function marked(target: string): string {
  return `${target}${target.includes('?') ? '&' : '?'}${MARK}`;
}

/** Takes the mark away. False when there was one: another server has sent this request here. */
export function unmark(request: IncomingMessage): boolean {
  const target = request.url!;
  if (!target.endsWith(MARK) || !'?&'.includes(target.at(-MARK.length - 1)!)) return true;
  request.url = target.slice(0, -MARK.length - 1);
  return false;
}
