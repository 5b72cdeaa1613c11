/** What a part of the ring that is cut off does with writes; `environment.ts` says what each means. */
export const PARTITION_POLICIES = ['available', 'primary'] as const;
/** What a server is there for. */
export const ROLES = ['both', 'gateway', 'storage'] as const;
/** The words that FSYNC may be instead of a time. */
export const FSYNC_WORDS = ['always', 'never'] as const;
/** The word that PEER may be instead of addresses. */
export const MULTICAST = 'multicast';
/** From the most urgent to the least. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;
export const LOG_FORMATS = ['pretty', 'json'] as const;

export type PartitionPolicy = (typeof PARTITION_POLICIES)[number];
export type Role = (typeof ROLES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];
/** A number is of milliseconds. */
export type Fsync = (typeof FSYNC_WORDS)[number] | number;
