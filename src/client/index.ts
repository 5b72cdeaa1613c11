/*
 * A client of a ring for any Node.js program; it needs nothing of the servers' code but `multicast/`, nor of Nest. It learns the members from
 * any of them, sends writes to the primary and reads to the nearest server, and when one fails, is hung or leaves, it goes on
 * at another with the same request. A write has one Idempotency-Key for all its attempts, so it is done once.
 *
 * It keeps no object and answers nothing by itself. What it knows of the servers is a guess that makes calls fast: any server
 * may be asked for anything, and every guarantee is theirs.
 */
export type {
  Archive,
  Bundle,
  BundlePage,
  Conflict,
  ConflictPage,
  ListedBundle,
  ListedObject,
  ObjectHead,
  ObjectReader,
  Page,
  Part,
  RawAnswer,
  ResolvedPart,
  Written,
} from './answers.js';
export type { Bundles } from './bundles.js';
export { RingletClient } from './client.js';
export { discover, type DiscoveredServer, type DiscoverOptions, findServers } from './discover.js';
export { type Attempt, type FailureDetails, type FailureKind, RingletError } from './error.js';
export type * from './events.js';
export type {
  Body,
  BundlePart,
  CallOptions,
  ClientOptions,
  DeleteOptions,
  DownloadOptions,
  GetOptions,
  ListOptions,
  PutBundleOptions,
  PutOptions,
  Range,
  RawRequest,
  ReadOptions,
  ServerOptions,
  WatchOptions,
} from './options.js';
export type { Health, Island, RingMember, RingStatus } from './ring-answers.js';
