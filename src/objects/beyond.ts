import type { IncomingMessage, ServerResponse } from 'node:http';

/** Injects who knows of objects beyond this ring; where nobody is, this ring is all there is. */
export const BEYOND = Symbol('BEYOND');

/** What is beyond this ring. Objects know no more of it than this. */
export interface Beyond {
  /** Answers a request whose key does not belong to this ring; null: it does. */
  claim(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> | null;
  /** Answers a GET or HEAD of a key that this ring does not have. */
  read(request: IncomingMessage, response: ServerResponse, key: string): Promise<void>;
}
