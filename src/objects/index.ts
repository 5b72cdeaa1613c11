/*
 * Objects over HTTP. `objects.service.ts` is the HashMap that the ring shares; `objects.handler.ts` answers what is
 * under `/objects/` on plain node:http, by `reads.ts` and `writes.ts`, large bodies by `slices.ts` and `relay.ts`, what is on
 * the disk only by `bodies.ts`;
 * `objects.controller.ts` is Nest's way to the same handler, and the listing. The rules of RFC 9110 are in files without I/O: `conditional.ts`, `entity-tags.ts`,
 * `http-date.ts`, `ranges.ts`, `key.ts`, `write-headers.ts`.
 *
 * It stores nothing itself and decides no write: the ring orders, judges and keeps. It parses no body.
 */
export { BEYOND, type Beyond, type FarObject, HELD_BODY_BYTES } from './beyond.js';
export {
  Bodies,
  BodyGone,
  bodyGone,
  type Content,
  contentOf,
  isSmall,
  isStored,
  MOST_READS,
} from './bodies.js';
export { receiveBody } from './body.js';
export { readWish } from './cache-control.js';
export { isConditional, judgeRead, readTagList, type Validators } from './conditional.js';
export { matchesStrongly, matchesWeakly, parseTag } from './entity-tags.js';
export { readIdempotencyKey } from './idempotency-key.js';
export { parseHttpDate } from './http-date.js';
export { allowsRange, parseRange } from './ranges.js';
export { CONTROL_CHARACTER, keyOf, MAX_KEY_BYTES } from './key.js';
export { knownListQuery, ListQuery, validListQuery } from './list-query.js';
export { BUNDLE_PREFIX } from './listing.js';
export { ObjectAnswers } from './object-answers.js';
export { ObjectsHandler } from './objects.handler.js';
export { ObjectsModule } from './objects.module.js';
export { type NewObject, ObjectsService } from './objects.service.js';
export { problemOf, provisional } from './outcome-problem.js';
export { endWithChunks, slicesOf } from './slices.js';
export { answerWrite } from './write-answer.js';
export { readCondition, readMeta, readType, refuseTransformations, tellsLength } from './write-headers.js';
