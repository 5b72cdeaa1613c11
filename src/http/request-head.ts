import type { IncomingMessage } from 'node:http';

import type { ErrorCode } from './errors.js';

export type HeadFault = Extract<
  ErrorCode,
  'bad_host' | 'bad_request' | 'bad_target' | 'unknown_http_version'
>;

const SLASH = 0x2f;
/** A host with or without a port, or nothing (RFC 9110, 7.2). */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;
/** Scheme and authority of a target in absolute form (RFC 9112, 3.2.2). */
const AUTHORITY = /^https?:\/\/([^/?#]+)/i;

/** What holds for every request, whatever it asks for and of whom: its version, its host, and the form of its target. */
export class RequestHeads {
  /** The host that was seen last and is none that has to be refused; most requests name the same. */
  private known = '';

  /** What is wrong; null when nothing is: `url` is then a path with its query, or the star of `OPTIONS *`. */
  faultOf(request: IncomingMessage): HeadFault | null {
    const isPresent = request.httpVersion === '1.1';
    if (!isPresent && request.httpVersion !== '1.0') return 'unknown_http_version';
    if (!this.namesHost(request.headers.host, isPresent)) return 'bad_host';
    // HTTP/1.0 has no chunks, so nobody knows where such a request ends (RFC 9112, 6.1).
    if (!isPresent && request.headers['transfer-encoding'] !== undefined) return 'bad_request';
    return request.url!.charCodeAt(0) === SLASH ? null : this.judgeTarget(request);
  }

  private namesHost(host: string | undefined, isNeeded: boolean): boolean {
    if (host === undefined) return !isNeeded;
    if (host !== this.known && !HOST.test(host)) return false;
    this.known = host;
    return true;
  }

  /** The host of an absolute target takes the place of the header. */
  private judgeTarget(request: IncomingMessage): HeadFault | null {
    const target = request.url!;
    if (target === '*') return request.method === 'OPTIONS' ? null : 'bad_target';
    const [start, host] = AUTHORITY.exec(target) ?? [];
    if (start === undefined || host === undefined || !HOST.test(host)) return 'bad_target';
    const rest = target.slice(start.length);
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    request.headers.host = host;
    return null;
  }
}
