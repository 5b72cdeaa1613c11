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
  /** Keeps on disk what it stores: it may come back with it. */
  readonly durable: boolean;
  /**
   * Bytes of the bodies that only some servers keep which it is given before others are given them: UNBOUNDED, or fewer. 0: it
   * keeps no bodies at all, a gateway.
   */
  readonly capacity: number;
  /** Clients are answered here. */
  readonly serves: boolean;
  /**
   * The incarnation whose place in a view that is not active it still has, with the state of that one; 0 for none. A server
   * that comes back takes part in the choice of the next view in that place.
   */
  readonly was: ServerId;
}

/** As many bytes as there are: the largest number that servers can tell each other. */
export const UNBOUNDED = 2 ** 48 - 1;

/** What a server is unless it was told otherwise. */
export const ORDINARY = { capacity: UNBOUNDED, serves: true } as const;

export type Role = 'both' | 'gateway' | 'storage';

/** Whether it keeps bodies for good. */
export function stores({ capacity }: Pick<Server, 'capacity'>): boolean {
  return capacity > 0;
}

/** What it is there for, as people say it. */
export function roleOf(server: Pick<Server, 'capacity' | 'serves'>): Role {
  if (!stores(server)) return 'gateway';
  return server.serves ? 'both' : 'storage';
}

/** Whether this server is the one of that id, or has come back in its place. */
export function standsFor({ id, was }: Server, place: ServerId): boolean {
  return id === place || (was !== 0 && was === place);
}

/** Whether this server is that one, in whichever life: itself, in its place, or come back to the same place as that one once did. */
export function isAnew({ id, was }: Server, former: Server): boolean {
  return id === former.id || (was !== 0 && (was === former.id || was === former.was));
}

/** A server id as people see it: twelve hexadecimal digits. */
export function formatServerId(id: ServerId): string {
  return id.toString(16).padStart(12, '0');
}
