/** What is measured, Ringlet among it. */
import type { Running } from '../system/processes.mjs';

/** One that runs. */
export interface Contender {
  processes: Running[];
  /** For clients; first the primary's or leader's, then those of its successors. */
  ports: number[];
  put?: Access;
  get?: Access;
  /** Stores what a GET row reads. */
  seed?(key: string, body: Buffer): Promise<void>;
}

/** One Ringlet server. */
export interface Member {
  name: string;
  /** Of HTTP. */
  port: number;
  ringPort: number;
  /** Its part of the environment. */
  settings: Record<string, string>;
  /** Another one after a restart. */
  process: Running;
}

/** What `GET /ring` answers, as far as it is of use here. */
export interface RingReport {
  view: number;
  /** The primary first. */
  members: { name: string }[];
}

export interface Access {
  /** A name in `load/dialogues/index.mjs`. */
  dialogue: string;
  /** For HTTP: what precedes the key. */
  path?: string;
}

export interface ContenderModule {
  name: string;
  /** For the report: what of it is compared. */
  what: string;
  /** Why it cannot be measured here. */
  absent(): string | undefined;
  start(): Promise<Contender>;
}
