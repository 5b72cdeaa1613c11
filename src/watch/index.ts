/*
 * Watching: `GET /events`, a stream of server-sent events (WHATWG HTML, 9.2). `watch.service.ts` follows the ring's events;
 * `history.ts` keeps the newest changes, without bodies; `event-stream.ts` is one client's position among them. An id is
 * a revision: who comes back with it, here or at another server, is told all that was committed since, or of a gap.
 *
 * It tells of committed records only, and keeps nothing on disk. What happens to the members is told when it happens and
 * not repeated: `GET /ring` has the present state. Where nobody watches, a commit costs its entry in the history.
 */
export { DEFAULT_WATCH_OPTIONS, WATCH_OPTIONS, type WatchOptions } from './options.js';
export { WatchModule } from './watch.module.js';
