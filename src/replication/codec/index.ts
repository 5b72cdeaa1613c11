/**
 * The bytes of the ring's messages. A payload is the number of its messages (32 bits) and then each of them: a
 * byte for its kind, and its fields in the order of its `write…` function, big endian. Ids, revisions, requests and
 * sizes take 48 bits, the number of a view 32, times are 64-bit floating-point milliseconds, texts UTF-8 after a
 * 16-bit length, bodies bytes after a 32-bit length, lists their items after a 16-bit count (32 bits in a state).
 *
 * It checks that bytes are messages, not that messages make sense: a decoded view may be empty, and a record's
 * `size` may differ from its body's. Framing, the version, the checksum and the bound on a payload are the link's.
 */
export { encodePieceHead } from './blobs.js';
export { decodeMessages } from './decode.js';
export { encodeMessages } from './encode.js';
export { FORMAT_VERSION } from './format.js';
export { MalformedMessage } from './malformed.js';
export { decodeRecord, encodeRecord } from './single.js';
