import type { Call } from './exchange.js';

type Headers = Readonly<Record<string, string>>;

/** A request that changes nothing. */
export function reading(
  method: 'GET' | 'HEAD',
  path: string,
  headers: Headers = {},
  accepts: readonly number[] = [],
): Call {
  return { method, path, headers, body: null, aim: 'read', only: null, isRepeatable: true, accepts };
}

/** A request that the ring knows by its Idempotency-Key, or that does no harm twice. */
export function writing(
  method: 'PUT' | 'DELETE',
  path: string,
  headers: Headers,
  accepts: readonly number[] = [],
): Call {
  return { method, path, headers, body: null, aim: 'write', only: null, isRepeatable: true, accepts };
}
