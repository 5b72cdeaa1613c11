/** The protocols the generator speaks, by name. */
import { etcdPut, etcdRange } from './etcd.mjs';
import { httpFill, httpGet, httpMixed, httpPut } from './http.mjs';
import { natsPut } from './nats.mjs';
import { redisPut, redisPutAwaiting } from './redis.mjs';

/** @type {Record<string, (wire: import('../types.mjs').Wire) => import('../types.mjs').Dialogue>} */
export const dialogues = {
  'http-put': httpPut,
  'http-get': httpGet,
  'http-mixed': httpMixed,
  'http-fill': httpFill,
  'redis-put': redisPut,
  'redis-put-awaiting': redisPutAwaiting,
  'nats-put': natsPut,
  'etcd-put': etcdPut,
  'etcd-range': etcdRange,
};
