import { PROTOCOL_VERSION } from './frame.js';

/** Why a connection ended. Each sentence reads on from the peer's address. */
export type FaultCode =
  | 'not-a-ringlet'
  | 'other-version'
  | 'other-ring'
  | 'wrong-secret'
  | 'other-setting'
  | 'itself'
  | 'full'
  | 'not-ready'
  | 'no-link'
  | 'malformed'
  | 'silent'
  | 'stalled'
  | 'backlog'
  | 'no-listener'
  | 'bad-address'
  | 'closed'
  | 'lost';

export class LinkFault extends Error {
  constructor(
    readonly code: FaultCode,
    sentence: string,
    /** What the answer to the other side depends on, beyond the code. */
    readonly detail = '',
  ) {
    super(sentence);
  }
}

const PREVIEW_CHARACTERS = 60;

export const faults = {
  notARinglet: (bytes: Buffer) =>
    new LinkFault('not-a-ringlet', `is not a Ringlet: it said ${preview(bytes)}`, preview(bytes)),
  otherVersion: (version: number) =>
    new LinkFault(
      'other-version',
      `speaks version ${version} of the ring protocol, this server version ${PROTOCOL_VERSION}`,
    ),
  otherRing: (theirs: string, ours: string) =>
    new LinkFault('other-ring', `is of ring '${printable(theirs)}', this server of '${ours}'`, ours),
  wrongSecret: () => new LinkFault('wrong-secret', 'has another RING_SECRET than this server'),
  otherSetting: (theirs: string, ours: string) =>
    new LinkFault(
      'other-setting',
      `has ${printable(theirs)}, this server ${ours}: all members of a ring need the same`,
      ours,
    ),
  itself: () => new LinkFault('itself', 'is this server itself'),
  full: (limit: number) =>
    new LinkFault('full', `was refused: ${limit} ring connections are open, which is the limit`),
  crowded: (limit: number) =>
    new LinkFault('full', `was dropped: ${limit} later connections have not completed the handshake either`),
  tooOften: () => new LinkFault('full', 'was dropped: it has failed the handshake too often lately'),
  isFull: () => new LinkFault('full', 'has no room for another ring connection'),
  notReady: () => new LinkFault('not-ready', 'was refused: this server is starting or stopping'),
  isNotReady: () => new LinkFault('not-ready', 'is starting or stopping'),
  noLink: () => new LinkFault('no-link', 'was refused: its bulk lane belongs to no link that is open here'),
  hasNoLink: () => new LinkFault('no-link', 'has no open link that the bulk lane belongs to'),
  malformed: (what: string) => new LinkFault('malformed', `sent a malformed frame: ${what}`),
  silent: (deadlineMs: number) =>
    new LinkFault('silent', `did not complete the handshake within ${deadlineMs} ms`),
  stalled: (deadlineMs: number) =>
    new LinkFault('stalled', `stopped in the middle of a frame for ${deadlineMs} ms`),
  stuck: (deadlineMs: number) =>
    new LinkFault('stalled', `has taken or sent nothing of what waits on the bulk lane for ${deadlineMs} ms`),
  backlog: (bytes: number) => new LinkFault('backlog', `does not read: ${bytes} bytes wait for it`),
  noListener: () => new LinkFault('no-listener', 'refuses connections: no server listens there'),
  badAddress: () => new LinkFault('bad-address', 'is no address of the form host:port'),
  closed: () => new LinkFault('closed', 'closed the connection'),
  lost: (reason: string) => new LinkFault('lost', `was lost: ${printable(reason)}`),
};

/** What came off the wire is not trusted to be fit for a terminal. */
export function printable(text: string): string {
  return text.slice(0, PREVIEW_CHARACTERS).replaceAll(/[^\x20-\x7e]/g, '?');
}

function preview(bytes: Buffer): string {
  const text = bytes.subarray(0, PREVIEW_CHARACTERS).toString('latin1');
  const line = /^[\x20-\x7e]+/.exec(text)?.[0];
  return line === undefined ? `bytes ${bytes.subarray(0, 8).toString('hex')}` : `'${line}'`;
}
