import { faults, printable, type FaultCode, type LinkFault } from './faults.js';
import { encodeFrame, FrameType } from './frame.js';

/** What a refusal's first byte means. A number is never given a second meaning. */
const CODES: readonly (FaultCode | null)[] = [
  null,
  'other-version',
  'other-ring',
  'wrong-secret',
  'itself',
  'full',
  'not-ready',
  'other-setting',
  'no-link',
];

const HTTP_REQUEST = /^'[A-Z]+ \//;
const HTTP_ANSWER =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n' +
  'This port is for the other servers of the ring. Clients use the HTTP port.\n';

/** What the other side is told before the connection is closed, so that its people see why as well; null: nothing. */
export function farewellOf(fault: LinkFault): Buffer | null {
  if (fault.code === 'not-a-ringlet') {
    return HTTP_REQUEST.test(fault.detail) ? Buffer.from(HTTP_ANSWER) : null;
  }
  const code = CODES.indexOf(fault.code);
  if (code < 0) return null;
  return encodeFrame(FrameType.refusal, 0, Buffer.from(`${String.fromCodePoint(code)}${fault.detail}`));
}

/** A refusal in the words of the side that was refused. `ring` is this server's. */
export function faultOf(refusal: Buffer, ring: string): LinkFault {
  const code = CODES[refusal[0] ?? 0];
  switch (code) {
    case 'other-ring':
      return faults.otherRing(printable(refusal.toString('utf8', 1)), ring);
    case 'wrong-secret':
      return faults.wrongSecret();
    case 'other-setting':
      return faults.otherSetting(printable(refusal.toString('utf8', 1)), 'another value');
    case 'itself':
      return faults.itself();
    case 'full':
      return faults.isFull();
    case 'not-ready':
      return faults.isNotReady();
    case 'no-link':
      return faults.hasNoLink();
    default:
      return faults.malformed('a refusal without a reason');
  }
}
