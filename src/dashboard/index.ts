/*
 * The dashboard: `GET /`, a page that draws the ring, tells what happens in it, and lists what it keeps. The page is the plain
 * HTML, CSS and JavaScript of `page/`, which browsers get as it is; it has no more rights than any other client, and
 * sees only what `GET /ring`, `/events` and `/objects` answer to whoever opens it. This folder only hands the files out.
 */
export { DashboardModule } from './dashboard.module.js';
