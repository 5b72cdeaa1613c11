import {
  isVersion,
  sameView,
  type LogRecord,
  type View,
  type ViewId,
} from '../../../src/replication/index.js';
import type { Process } from '../process.js';
import { violation } from '../violation.js';
import { show } from './commits.js';

interface Acknowledged {
  readonly record: LogRecord;
  readonly view: ViewId;
}

/**
 * What was acknowledged outside the lineage is not lost either: in the end it is part of the lineage, was overwritten on its own
 * side, or was offered to the ring, which took it, kept it as a conflict, or found it needless.
 */
export class Apart {
  private readonly acknowledged: Acknowledged[] = [];
  private readonly overwritten = new Set<string>();
  private readonly holders = new Map<string, Set<Process>>();
  private readonly newest = new Map<Process, Map<string, LogRecord>>();
  /** Of each key, the last revision that it was given in each view. */
  private readonly last = new Map<string, Map<string, number>>();
  /** The views in which a record, or a request with this token, was committed. */
  private readonly settled = new Map<string, ViewId[]>();
  /** Requests that came, or were offered, where there was nothing to do. */
  private readonly needless = new Set<string>();

  /** It was numbered in this view: what came before it of the same key there is overwritten, whatever becomes of it. */
  numbered(record: LogRecord, { number, proposer }: ViewId): void {
    if (!isVersion(record)) return;
    const numbered = this.last.get(record.key) ?? new Map<string, number>();
    const view = `${number}@${proposer}`;
    this.last.set(record.key, numbered.set(view, Math.max(record.revision, numbered.get(view) ?? 0)));
  }

  acknowledge(record: LogRecord, view: View): void {
    this.acknowledged.push({ record, view: view.id });
  }

  /** What it commits from now on does not follow what it committed before. */
  joined(process: Process): void {
    this.newest.delete(process);
  }

  committed(process: Process, record: LogRecord, views: readonly (View | null)[]): void {
    const ids = views.flatMap((view) => view?.id ?? []);
    for (const name of [nameOf(record), record.token]) this.settledIn(name).push(...ids);
    if (record.refusal === 'needless' || record.refusal === 'absent') this.needless.add(tokenOf(record));
    if (!isVersion(record)) return;
    const newest = this.newest.get(process) ?? new Map<string, LogRecord>();
    this.newest.set(process, newest);
    const former = newest.get(record.key);
    if (former) this.overwritten.add(nameOf(former));
    newest.set(record.key, record);
    const holders = this.holders.get(nameOf(record)) ?? new Set();
    this.holders.set(nameOf(record), holders.add(process));
  }

  private settledIn(name: string): ViewId[] {
    const views = this.settled.get(name) ?? [];
    this.settled.set(name, views);
    return views;
  }

  /**
   * @param ancestors the views that the ring went through in the end
   * @param goesBack whether one view, as number@proposer, goes back to another
   */
  demand(
    ancestors: readonly View[],
    processes: readonly Process[],
    goesBack: (view: string, to: ViewId) => boolean,
  ): void {
    for (const { record, view } of this.acknowledged) {
      const isAncestor = (one: ViewId) => ancestors.some(({ id }) => sameView(id, one));
      const isSettled = [nameOf(record), tokenOf(record)].some((name) =>
        this.settled.get(name)?.some(isAncestor),
      );
      const isOverwritten =
        this.overwritten.has(nameOf(record)) ||
        [...(this.last.get(record.key) ?? [])].some(
          ([later, revision]) => revision > record.revision && goesBack(later, view),
        );
      // A side that had lost the object by itself offers its own deletion on, if it made one.
      const isVain = record.kind === 'delete' && this.needless.has(tokenOf(record));
      const isKept = isAncestor(view) || isSettled || isOverwritten || isVain;
      const holders = [...(this.holders.get(nameOf(record)) ?? [])];
      // Outside the lineage there may have been no other copy of what was damaged.
      if (holders.some(({ host }) => host.wasDamaged)) continue;
      const isHeld = holders.some((holder) => processes.includes(holder));
      const isDurable = processes.some(({ self }) => self.durable);
      if (!isKept && (isHeld || isDurable))
        violation('lost apart', `nothing is left of ${show(record)} of view ${view.number}`);
    }
  }
}

/** By which it is offered. */
function tokenOf({ token, origin, request }: LogRecord): string {
  return token === '' ? `\u0000${origin}.${request}` : token;
}

function nameOf({ origin, request, revision }: LogRecord): string {
  return `${origin}#${request}@${revision}`;
}
