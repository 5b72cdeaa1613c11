/** A server's incarnation: a random 48-bit integer, new at every start and after every removal. */
export type ServerId = number;

/** What the others know of a server. */
export interface Server {
  readonly id: ServerId;
  /** Lasting name, the same after a restart. */
  readonly name: string;
  /** HTTP address for clients, `http://host:port`. */
  readonly url: string;
  /** Address of the ring link, `host:port`. */
  readonly ring: string;
  /** The higher is promoted first. */
  readonly priority: number;
}

/** A server id as people see it: twelve hexadecimal digits. */
export function formatServerId(id: ServerId): string {
  return id.toString(16).padStart(12, '0');
}
