/** What a client has to know of an operational error, whatever the case. */
export interface ErrorKind {
  readonly status: number;
  /** The same request may succeed later, and sending it again does no harm. */
  readonly retryable: boolean;
  /** A sentence without the details of the case. */
  readonly title: string;
}

const final = (status: number, title: string): ErrorKind => ({ status, retryable: false, title });
const passing = (status: number, title: string): ErrorKind => ({ status, retryable: true, title });

/** Every operational error that a client can meet, by its stable code. */
export const ERRORS = {
  bad_request: final(400, 'This is not a well-formed HTTP request.'),
  bad_host: final(400, 'The Host header is missing, given twice, or not a host.'),
  bad_target: final(400, 'The request target is neither a path nor an http URL.'),
  body_incomplete: final(400, 'The body ended before the length that was announced.'),
  key_empty: final(400, 'The key is empty.'),
  key_encoding: final(400, 'The key is not percent-encoded UTF-8.'),
  key_control_character: final(400, 'The key has a control character.'),
  key_too_long: final(400, 'The key is longer than 1,024 bytes.'),
  bad_condition: final(400, 'A condition in the headers cannot be read.'),
  unsupported_condition: final(400, 'A write cannot be made to depend on this condition.'),
  partial_put: final(400, 'A PUT replaces the whole object; a part of one cannot be put.'),
  bad_meta: final(400, 'There are too many Object-Meta headers, or they are too large.'),
  bad_replicas: final(400, 'Ringlet-Replicas is neither all nor a whole number from 1 to 999999.'),
  bad_ttl: final(400, 'X-TTL is not a number of seconds above 0 and up to ten years.'),
  bad_idempotency_key: final(400, 'The Idempotency-Key is not a string of 1 to 255 characters.'),
  bad_content_type: final(400, 'The Content-Type is too long.'),
  bad_query: final(400, 'A parameter of the query is not allowed.'),
  bad_bundle: final(400, 'The body is no list of parts, as a bundle is stored by.'),
  unauthorized: final(401, 'This needs a token, and the right one; send it as Authorization: Bearer TOKEN.'),
  read_only_token: final(403, 'This token is for reading only.'),
  cross_site: final(403, 'Pages of other sites may not do this.'),
  no_object: final(404, 'There is no object with this key.'),
  no_conflict: final(404, 'Nothing that was written under this key has lost a merge, or not any more.'),
  no_bundle: final(404, 'There is no bundle with this name.'),
  bundle_incomplete: final(
    404,
    'Parts of the bundle are missing; ask with ?missing=allowed for an archive of the others.',
  ),
  unknown_island: final(404, 'There is no island of this name; GET /islands lists those that there are.'),
  no_resource: final(404, 'There is nothing at this address.'),
  method_not_allowed: final(405, 'This method is not allowed here; the header Allow names those that are.'),
  not_acceptable: final(406, 'A bundle is answered as application/json or application/x-tar only.'),
  request_timeout: passing(408, 'The request took too long to arrive.'),
  parts_missing: final(
    409,
    'Parts of the bundle are missing; store them first, or put it with ?missing=allowed.',
  ),
  not_a_bundle: final(409, 'What is kept under this name is no bundle; put it again, or delete it.'),
  length_required: final(411, 'A PUT has to tell its length, or to come in chunks.'),
  precondition_failed: final(412, 'The object is not in the state that the condition demands.'),
  object_too_large: final(413, 'The object is larger than MAX_OBJECT_SIZE allows at this server.'),
  bundle_too_large: final(413, 'The list of parts is larger than 1 MiB.'),
  chunk_extensions_too_large: final(413, 'The chunks carry extensions that are too large.'),
  unsupported_encoding: final(415, 'Objects are kept as they are sent, so Content-Encoding cannot be used.'),
  range_not_satisfiable: final(416, 'The object has no byte in this range.'),
  expectation_failed: final(417, 'The only expectation that can be met is 100-continue.'),
  not_serving: final(421, 'This server only keeps bodies (ROLE=storage); clients are answered by others.'),
  idempotency_key_reused: final(422, 'The Idempotency-Key came with another request before.'),
  headers_too_large: final(431, 'The headers are larger than 16 KiB.'),
  unknown_transfer_coding: final(501, 'The only transfer coding that is understood is chunked.'),
  unknown_http_version: final(505, 'The versions of HTTP that are spoken are 1.0 and 1.1.'),
  internal: final(500, 'The server made a mistake, which is in its log.'),
  saturated: passing(503, 'Nothing was done: this server has more to do than it can; ask another one.'),
  island_answer: final(502, 'The island gave an answer that is of no use.'),
  island_unreachable: passing(503, 'Nothing was done: no server of the island can be reached.'),
  islands_busy: passing(503, 'Nothing was done: too many requests to other islands are waiting.'),
  overloaded: passing(503, 'Nothing was done: too many writes are waiting.'),
  no_quorum: passing(503, 'Nothing was done: too few members of the ring can be reached.'),
  leaving: passing(503, 'Nothing was done: this server is leaving the ring.'),
  not_a_member: passing(503, 'Nothing was done: this server is not a member of the ring yet, or no longer.'),
  not_adopted: passing(503, 'No view of the lineage was chosen in time; ask again, or look at GET /ring.'),
  write_timeout: passing(503, 'Nothing was done: the ring did not take the write in time.'),
  no_storage: passing(
    503,
    'Nothing was done: no member of the ring keeps bodies; start or bring back one that is no gateway.',
  ),
  body_damaged: passing(503, 'Nothing was done: a server did not get the body as it was sent.'),
  read_no_lease: passing(503, 'This server cannot tell whether what it has is the newest.'),
  read_no_holder: passing(
    503,
    'No server that can be reached has the body of the object; when none that has it comes back, put it again, or delete it.',
  ),
  read_timeout: passing(503, 'The newest version, or the next piece of its body, could not be had in time.'),
  read_overloaded: passing(
    503,
    'As many large bodies that only other servers have are being read through this one as it has room for.',
  ),
  too_many_backups: passing(503, 'As many backups as are allowed at once are being read from this server.'),
  not_ready: passing(503, 'This server is not ready.'),
  storage_full: final(
    507,
    'Nothing was done: the memory or the disk for objects is used up at this or another server; delete objects, raise MEMORY_LIMIT or make room in DATA_DIR.',
  ),
  outcome_unknown: final(504, 'The write may have happened, may still happen, or may not; read to find out.'),
  island_timeout: passing(504, 'The island did not answer in time.'),
  not_here: passing(504, 'The body is not on this server, and only-if-cached forbids to ask the others.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

export function errorKind(code: ErrorCode): ErrorKind {
  return ERRORS[code];
}
