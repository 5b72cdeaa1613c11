import { StorageError } from '../storage/index.js';

/** Ends the process at once, when the replica has broken an invariant or its disk cannot be relied on; a test puts its own in. */
export type Fatal = (error: unknown) => void;
export const FATAL = Symbol('FATAL');

/** EX_SOFTWARE (sysexits.h). */
const BROKEN = 70;
/** As of a start that failed for a reason that people can mend. */
const TO_BE_MENDED = 1;

export const exitProcess: Fatal = (error) =>
  process.exit(error instanceof StorageError ? TO_BE_MENDED : BROKEN);
