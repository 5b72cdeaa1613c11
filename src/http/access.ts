import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import type { ErrorCode } from './errors.js';
import { tokenIn } from './token.js';

/** What the token of a request allows; a writer may do everything. */
type Role = 'writer' | 'reader' | 'nobody';
type Refusal = Extract<ErrorCode, 'unauthorized' | 'read_only_token'>;
type Tokens = Pick<Config, 'authToken' | 'readToken'>;

const READING: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Load balancers and supervisors ask these without a token; the answers tell nothing of objects or of the ring. */
const PROBE = /^\/health\/(?:live|ready)(?:\?|$)/;

/**
 * Who may do what. GET, HEAD and OPTIONS read, and need a token when READ_TOKEN is set; every other method writes or
 * administers, and needs AUTH_TOKEN when that is set. It goes by method alone and knows no paths but the probes', so
 * that nothing is open because it was forgotten.
 */
@Injectable()
export class Access {
  private readonly writer: Buffer | null;
  private readonly reader: Buffer | null;
  /**
   * The header that was judged last on a connection, and how. It spares the digest of a token that is sent again; the
   * comparison with it takes a time that depends on both, which can tell a client only of what came on its own
   * connection. A wrong token is not remembered, so that a guess always pays the full price.
   */
  private readonly known = new WeakMap<Socket, { readonly header: string; readonly role: Role }>();

  constructor(@Inject(CONFIG) { authToken, readToken }: Tokens) {
    this.writer = authToken === undefined ? null : digest(authToken);
    this.reader = readToken === undefined ? null : digest(readToken);
  }

  /** Nothing is ever refused. */
  get isOpen(): boolean {
    return this.writer === null && this.reader === null;
  }

  /** Why a request has to go no further; null when it may. Nothing but its head is looked at. */
  refusal(request: IncomingMessage): Refusal | null {
    const isReading = READING.has(request.method);
    if ((isReading ? this.reader : this.writer) === null || PROBE.test(request.url!)) return null;
    const role = this.roleOf(request);
    if (role === 'nobody') return 'unauthorized';
    return role === 'reader' && !isReading ? 'read_only_token' : null;
  }

  private roleOf({ headers, socket }: IncomingMessage): Role {
    const header = headers.authorization;
    if (header === undefined) return 'nobody';
    const known = this.known.get(socket);
    if (known?.header === header) return known.role;
    const role = this.judge(header);
    if (role !== 'nobody') this.known.set(socket, { header, role });
    return role;
  }

  /** Digests have one length, and tell nothing of the token by how many of their bytes agree. */
  private judge(header: string): Role {
    const given = digest(tokenIn(header) ?? '');
    const isWriter = this.writer !== null && timingSafeEqual(given, this.writer);
    const isReader = this.reader !== null && timingSafeEqual(given, this.reader);
    return isWriter ? 'writer' : isReader ? 'reader' : 'nobody';
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
