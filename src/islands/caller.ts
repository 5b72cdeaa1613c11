import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** A request to a server of another island. */
export interface Call {
  readonly origin: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** As it is sent: percent-encoded. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
}

/** Asks servers of other islands, and only those whose URL was configured. Redirects are answers like others. */
export interface Caller {
  /**
   * Resolves with the head of the answer, whatever its status; its body is to be read or destroyed.
   *
   * @throws CallError when there is none within `headMs`, or when `signal` is aborted
   */
  ask(call: Call, headMs: number, signal?: AbortSignal): Promise<IncomingMessage>;

  /**
   * Resolves with a request whose connection stands, and of which nothing was sent: whoever has a body sends it then.
   *
   * @throws CallError when there is no connection within `connectMs`
   */
  open(call: Call, connectMs: number): Promise<ClientRequest>;
}

/** Why there is no answer, as the end of a sentence that begins with the server's name. */
export class CallError extends Error {
  override readonly name = 'CallError';

  constructor(
    /** `busy`: it was not asked, as enough is asked of it already. */
    readonly kind: 'unreachable' | 'late' | 'broken' | 'useless' | 'busy',
    message: string,
  ) {
    super(message);
  }
}
