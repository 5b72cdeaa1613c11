import { join } from 'node:path';

/*
 * Certificates for localhost, 127.0.0.1 and ::1 that they have signed themselves, valid from 2020 to 2120, so that no test
 * depends on a program that makes some. Their keys are known to everybody: they protect nothing.
 */
const path = (name: string) => join(import.meta.dirname, name);

export const CERT = path('cert.pem');
export const KEY = path('key.pem');
export const OTHER_CERT = path('other-cert.pem');
export const OTHER_KEY = path('other-key.pem');
