import type { Body, Change, Table } from '../replication/index.js';

/** The changes that were handed over and are not made yet. */
export class Unsaved {
  private readonly lists = new Set<readonly Change[]>();

  add(changes: readonly Change[]): void {
    this.lists.add(changes);
  }

  delete(changes: readonly Change[]): void {
    this.lists.delete(changes);
  }

  /** The body of a record that is on its way; undefined when there is none. */
  body(table: Table, revision: number): Body | null | undefined {
    let found: Body | null | undefined;
    for (const changes of this.lists)
      for (const change of changes)
        if (change.kind === 'put' && change.table === table && change.record.revision === revision)
          found = change.record.body;
    return found;
  }
}
