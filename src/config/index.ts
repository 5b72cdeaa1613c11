/*
 * Configuration: from environment variables to one validated, documented, typed and frozen object. `environment.ts`
 * says which variables there are and what each means; `kinds.ts` how a kind of value is read and checked; `rules.ts`
 * what several of them have to fulfil together; `unavailable.ts` what this version has to refuse. All mistakes are
 * found in one go, one line each.
 *
 * The folder reads no global state by itself: `readEnvironment` is for the main program, and everything else works
 * on the environment object that it is given, since tests run several servers in one process. It does not open
 * ports or resolve names; what is known only after listening (a free port, and the name made of it) is settled by
 * `resolveIdentity`.
 */
export { Address, isLoopback, isUnspecified, parseAddress, parseOrigin } from './address.js';
export { CONFIG, RingletConfigModule } from './config.module.js';
export { MULTICAST } from './choices.js';
export type { Fsync, LogFormat, LogLevel, PartitionPolicy } from './choices.js';
export { Config } from './environment.js';
export { resolveIdentity, type Identity, type ListeningPorts } from './identity.js';
export { loadConfig, type Environment } from './load.js';
export type { IslandUrl } from './island-url.js';
export { listenError } from './listen-error.js';
export { ConfigError, quoteGiven } from './mistake.js';
export { formatSize, parseSize } from './parse.js';
export { readEnvironment } from './read-environment.js';
