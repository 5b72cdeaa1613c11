export interface RingMember {
  /** New at every start of the server. */
  readonly id: string;
  readonly name: string;
  /** For clients. */
  readonly url: string;
  /** `host:port` among the servers. */
  readonly ring: string;
  readonly priority: number;
  /** `gateway`: it keeps no bodies, and fetches what it is asked for. `storage`: it answers no clients. */
  readonly role: 'both' | 'gateway' | 'storage';
  /** `filling`: it does not have every body yet. `suspected`: the server that answered cannot reach it. */
  readonly state: 'up' | 'filling' | 'suspected';
}

/** The ring as one server sees it. */
export interface RingStatus {
  /** The name of the ring. */
  readonly ring: string;
  readonly view: number;
  /** Name; null before the server is in a view. */
  readonly primary: string | null;
  /** The name of the server that answered. */
  readonly self: string;
  readonly state: string;
  /** Outside the ring's majority. */
  readonly provisional: boolean;
  /** In the order of the ring, the primary first. */
  readonly members: readonly RingMember[];
  /** Everything up to it is committed. */
  readonly revision: number;
  readonly objects: number;
  readonly conflicts: number;
  /** Writes of this server apart from the ring that it does not have yet. */
  readonly offers: number;
}

export interface Health {
  /** The server that was asked, its origin. */
  readonly url: string;
  /** Requests should be sent there. */
  readonly ready: boolean;
  /** Why not, such as `draining`, `filling`, `no-lease`; null when it is ready. */
  readonly reason: string | null;
  /** From the request to the answer. */
  readonly latencyMs: number;
}

/** A ring beside this one, as a server of this one sees it. */
export interface Island {
  /** Of the ring; null while nobody has answered at `url`. */
  readonly name: string | null;
  /** Tells islands of one name apart. */
  readonly id: string | null;
  readonly state: 'up' | 'down' | 'unknown';
  /** ISO 8601; null: since the start of the server. */
  readonly since: string | null;
  /** The one that is asked; null while the island is down. */
  readonly url: string | null;
  readonly members: readonly Pick<RingMember, 'name' | 'url' | 'state'>[];
  readonly lastError: string | null;
}
