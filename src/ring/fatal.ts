/** Ends the process when the replica has broken an invariant; a test puts its own in. */
export type Fatal = (error: unknown) => void;
export const FATAL = Symbol('FATAL');

/** EX_SOFTWARE (sysexits.h). */
const EXIT_CODE = 70;

export const exitProcess: Fatal = () => process.exit(EXIT_CODE);
