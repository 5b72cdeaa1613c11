import { readFileSync } from 'node:fs';

/** The file lies two folders above this one, in the sources as in what is built from them. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version of this program, as in package.json. */
export const VERSION: string = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;
