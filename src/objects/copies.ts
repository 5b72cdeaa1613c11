import type { IncomingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';
import { ALL_REPLICAS } from '../replication/index.js';

const WHOLE = /^[1-9]\d{0,5}$/;

/**
 * How many servers are to keep the object, which `Ringlet-Replicas` says: a number, or `all`. Without it as many as this server is told.
 *
 * @throws Problem
 */
export function readReplicas(headers: IncomingHttpHeaders, otherwise: number): number {
  const text = headers['ringlet-replicas'] as string | undefined;
  if (text === undefined) return otherwise;
  if (text === 'all') return ALL_REPLICAS;
  if (!WHOLE.test(text)) throw new Problem('bad_replicas');
  return Number(text);
}
