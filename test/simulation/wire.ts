import { decodeMessages, encodeMessages } from '../../src/replication/codec/index.js';
import type { Message } from '../../src/replication/index.js';

/** Messages travel as the bytes they are on a real wire, so that no two replicas share memory. */
export const encode = (messages: readonly Message[]): Buffer => encodeMessages(messages);
export const decode = (bytes: Buffer): Message[] => decodeMessages(bytes);
