/**
 * etcd: its own protocol, gRPC, so that no JSON gateway stands in its way. A put is KV.Put; a read is
 * KV.Range, linearizable as etcd does by default. The protobuf messages are small enough to write by hand.
 */
import { keySequence, requestsOf, sharedPerSpec } from '../keys.mjs';
import { grpcDialogue } from './grpc.mjs';

/** `key` is field 1 of PutRequest and of RangeRequest, `value` field 2 of PutRequest. */
const KEY = 1;
const VALUE = 2;

const puts = sharedPerSpec((spec) =>
  requestsOf(spec, (key, body) =>
    Buffer.concat([bytesField(KEY, Buffer.from(key)), bytesField(VALUE, body)]),
  ),
);
const ranges = sharedPerSpec((spec) => requestsOf(spec, (key) => bytesField(KEY, Buffer.from(key))));

/** @param {import('../types.mjs').Wire} wire */
export const etcdPut = (wire) =>
  grpcDialogue(wire, '/etcdserverpb.KV/Put', messagesOf(wire, puts(wire.spec)));

/** @param {import('../types.mjs').Wire} wire */
export const etcdRange = (wire) =>
  grpcDialogue(wire, '/etcdserverpb.KV/Range', messagesOf(wire, ranges(wire.spec)));

/** @param {import('../types.mjs').Wire} wire @param {Buffer[]} messages */
function messagesOf(wire, messages) {
  const nextKey = keySequence(wire.spec, wire.index);
  return () => /** @type {Buffer} */ (messages[nextKey()]);
}

/** @param {number} field @param {Buffer} value */
function bytesField(field, value) {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(value.length)]), value]);
}

/** @param {number} value @returns {number[]} */
function varint(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
