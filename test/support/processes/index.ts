/**
 * Rings of real server processes on this machine, for suites that kill, stop and restart them. The processes are those
 * of the lab (src/lab): each in a session of its own, tied to the test by a channel, so that it ends when the test does,
 * however that happens. What is asked of a server goes over HTTP, as any client's requests do.
 *
 * What clients do meanwhile, and how it is judged, is up to the suites.
 */
export { Caller, type Endpoint, type Reply, type Request, type Sends } from './caller.js';
export { type Home, type Homes, LocalHomes } from './homes.js';
export { listConflicts, type ListedConflict, listObjects, type Listed } from './listing.js';
export { describeLogs, mistakesIn, ringLines } from './logs.js';
export { Pipeline } from './pipeline.js';
export { membersOf, readRing, type RingReport } from './ring-report.js';
export { type Making, ServerRing } from './server-ring.js';
export { within, waitFor } from './wait.js';
export type { ServerProcess } from '../../../src/lab/server-process.js';
