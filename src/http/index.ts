/*
 * What all of HTTP has in common: the server with its bounds (`http-server.ts`, `limits.ts`, `connections.ts`, `pace.ts`), the short way
 * past Express (`adapter.ts`), what holds for every request (`request-head.ts`), the gate that every request passes (`gate.ts`, `access.ts`, `cors.ts`), how many are worked on at once and what becomes of the others (`crowd.ts`), the one registry of errors and how they are answered (`errors.ts`, `problem.ts`,
 * `answers.ts`, `client-error.ts`, `raw-answer.ts`), the reading of queries (`query.ts`), the headers that every answer carries (`labels.ts`), the server's own pages (`pages.ts`), the count
 * of requests (`request-tally.ts`), and the ring as people see it (`ring-reports.ts`), with those who have gone (`departures.ts`).
 *
 * It knows nothing of objects: their handler is plugged into the adapter by whoever builds the server. It keeps no
 * state but those counts, which connections are open, and whether the server is ending.
 */
export { RingletAdapter } from './adapter.js';
export { OF_CONFLICTS, OF_OBJECTS, OF_READING } from './allow.js';
export { Answers } from './answers.js';
export { Crowd } from './crowd.js';
export { errorKind, ERRORS, type ErrorCode } from './errors.js';
export { expectsContinue } from './expectation.js';
export { type GoneReason, whyGone } from './departures.js';
export { Gate } from './gate.js';
export { HttpModule } from './http.module.js';
export { listen } from './http-server.js';
export { Labels } from './labels.js';
export { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.js';
export { createNonce, type Page, pagePolicy, Pages } from './pages.js';
export { LeastLoaded } from './least-loaded.js';
export { maySendOn } from './sent-on.js';
export { prefers } from './preferences.js';
export { Problem, PROBLEM_TYPE, type ProblemDetails } from './problem.js';
export { badQuery, queryOf, readQuery, refuseUnknown } from './query.js';
export { BOUNDS_MS, COUNTED_ENDS, COUNTED_METHODS, RequestTally, TIMED_GETS } from './request-tally.js';
export type { RingReport } from './ring-report.js';
export { RingReports } from './ring-reports.js';
export { Shutdown } from './shutdown.js';
export { readTlsFiles, type TlsFiles } from './tls.js';
export { VERSION } from './version.js';
