import { randomBytes } from 'node:crypto';

/** As large as a body may be to travel with its record. */
export const medium = randomBytes(64 * 1024);
/** What a model or a linked program may have. */
export const large = randomBytes(5 * 1024 * 1024);
