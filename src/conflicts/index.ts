/*
 * Conflicts: what was written on one side of a cut ring and lost against the other when both came together again. The ring keeps
 * each as an object under a key that no client can use; here they are listed, read and settled by the key of the object that
 * they are about. `conflicts.service.ts` finds them, `conflicts.handler.ts` answers what is under `/conflicts/`, and
 * `conflict-listing.ts` is what the listing says.
 *
 * It does not merge: the primary judges what is a conflict. Nor does it restore one: whoever wants it reads it and puts it.
 */
export { ConflictsModule } from './conflicts.module.js';
