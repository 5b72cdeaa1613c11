import { randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import { UNAVAILABLE } from '../../src/config/unavailable.js';

/** As large as an object may be without the feature of large ones. */
export const medium = randomBytes(64 * 1024);
/** What a model or a linked program may have. */
export const large = randomBytes(5 * 1024 * 1024);

/** For cases with objects over 64 KiB, which come together with the setting that limits them. */
export const describeLarge = 'MAX_OBJECT_SIZE' in UNAVAILABLE ? describe.skip : describe;
