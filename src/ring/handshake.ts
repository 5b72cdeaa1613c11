import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { Server } from '../replication/index.js';
import { faults } from './faults.js';
import { encodeFrame, FrameType, PROTOCOL_VERSION, type Frame } from './frame.js';
import {
  type Connection,
  decodeIntroduction,
  encodeIntroduction,
  type Introduction,
  type SharedSettings,
} from './introduction.js';
import { faultOf } from './refusal.js';

/** What a server proves and says of itself to each peer. */
export interface Identity {
  /** The ring's name. */
  readonly ring: string;
  /** '' when the ring has none. */
  readonly secret: string;
  /** The present incarnation. */
  readonly self: Server;
  readonly settings: SharedSettings;
}

export type Role = 'dialer' | 'acceptor';

export interface Step {
  readonly reply: Buffer | null;
  /** What the peer has proved to be, and for what the connection is; with the reply the handshake is over. */
  readonly introduction: Introduction | null;
}

const NONCE_BYTES = 32;
const MAC_BYTES = 32;

/**
 * The mutual proof that opens a connection, without I/O.
 *
 *     dialer   → hello: nonce, ring name
 *     acceptor → hello: nonce, ring name
 *     dialer   → proof: MAC, introduction
 *     acceptor → proof: MAC, introduction
 *
 * A MAC is HMAC-SHA256 under the secret over the role of its maker, both hellos and the introduction. Fresh nonces of
 * both sides keep it from being replayed, the role from being reflected. An introduction is parsed only after its MAC
 * has held, and the acceptor says who it is only to a dialer that has proved the secret. Who listens can guess at a
 * weak secret offline: it has to be long and random.
 */
export class Handshake {
  private readonly hello: Buffer;
  private theirHello: Buffer | null = null;

  constructor(
    private readonly role: Role,
    private readonly identity: () => Identity,
    /** What the dialer dialled for; null for the acceptor, who is told. */
    private connection: Connection | null = null,
  ) {
    this.hello = Buffer.concat([randomBytes(NONCE_BYTES), Buffer.from(identity().ring)]);
  }

  /** What the dialer sends first. */
  opening(): Buffer {
    return encodeFrame(FrameType.hello, 0, this.hello);
  }

  /** @throws LinkFault when the peer has no business here */
  take({ type, payload }: Frame): Step {
    if (type === FrameType.refusal) throw faultOf(payload, this.identity().ring);
    if (type === FrameType.hello && this.theirHello === null) return this.takeHello(payload);
    if (type === FrameType.proof && this.theirHello !== null) return this.takeProof(payload, this.theirHello);
    throw faults.malformed('not one of the handshake');
  }

  private takeHello(hello: Buffer): Step {
    if (hello.length < NONCE_BYTES) throw faults.malformed('a hello without a nonce');
    const ring = hello.toString('utf8', NONCE_BYTES);
    if (ring !== this.identity().ring) throw faults.otherRing(ring, this.identity().ring);
    // Kept beyond this call, while the chunk that it lies in is not.
    this.theirHello = Buffer.from(hello);
    const reply = this.role === 'dialer' ? this.proof(this.theirHello) : this.opening();
    return { reply, introduction: null };
  }

  private takeProof(proof: Buffer, theirHello: Buffer): Step {
    if (proof.length < MAC_BYTES) throw faults.malformed('a proof without a MAC');
    const introduction = proof.subarray(MAC_BYTES);
    const maker = this.role === 'dialer' ? 'acceptor' : 'dialer';
    const expected = this.mac(maker, theirHello, introduction);
    if (!timingSafeEqual(expected, proof.subarray(0, MAC_BYTES))) throw faults.wrongSecret();
    const theirs = decodeIntroduction(introduction);
    if (theirs.server.id === this.identity().self.id) throw faults.itself();
    demandSame(theirs.settings, this.identity().settings);
    this.agree(theirs.connection);
    return { reply: this.role === 'acceptor' ? this.proof(theirHello) : null, introduction: theirs };
  }

  private agree(theirs: Connection): void {
    this.connection ??= theirs;
    const { lane, link } = this.connection;
    if (theirs.lane !== lane || theirs.link !== link)
      throw faults.malformed('an introduction to another link');
  }

  private proof(theirHello: Buffer): Buffer {
    const { self, settings } = this.identity();
    const introduction = encodeIntroduction({ server: self, settings, connection: this.connection! });
    const mac = this.mac(this.role, theirHello, introduction);
    return encodeFrame(FrameType.proof, 0, Buffer.concat([mac, introduction]));
  }

  private mac(maker: Role, theirHello: Buffer, introduction: Buffer): Buffer {
    const hellos = this.role === 'dialer' ? [this.hello, theirHello] : [theirHello, this.hello];
    const parts = [Buffer.from(`ringlet ${PROTOCOL_VERSION} ${maker}`), ...hellos, introduction];
    const hmac = createHmac('sha256', this.identity().secret);
    for (const part of parts) hmac.update(lengthOf(part)).update(part);
    return hmac.digest();
  }
}

/** @throws LinkFault when the peer's setting is another */
function demandSame(theirs: SharedSettings, ours: SharedSettings): void {
  for (const name of ['READ_LEASE_MS', 'PARTITION'] as const) {
    if (theirs[name] !== ours[name])
      throw faults.otherSetting(`${name}=${theirs[name]}`, `${name}=${ours[name]}`);
  }
}

/** Before each part, so that no two lists of parts make the same bytes. */
function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
