import { sameView, type Member, type View, type ViewId } from '../../../src/replication/index.js';
import { violation } from '../violation.js';

const keyOf = (id: ViewId) => `${id.number}@${id.proposer}`;

/** What all servers together have been told about views: each is the same everywhere, and the lineage is one line. */
export class Views {
  /** The newest view of the lineage that anyone has installed. */
  newest: View | null = null;
  /** Views that may have been chosen and that nobody has installed yet. */
  possible: View[] = [];
  provisionalSeen = false;
  private readonly known = new Map<string, View>();
  /** Those as well that nobody entered, since all had to come back first. */
  private readonly accepted = new Map<string, View>();
  private readonly lineage = new Map<string, View>();

  installed(view: View): void {
    const key = keyOf(view.id);
    const known = this.known.get(key);
    if (known !== undefined) {
      if (signature(known) !== signature(view))
        violation('views', `two views ${key}: ${signature(known)} and ${signature(view)}`);
      return;
    }
    this.known.set(key, view);
    this.checkPrefix(view);
    if (view.provisional) this.provisionalSeen = true;
    else this.inLineage(view);
  }

  proposed(view: View): void {
    this.accepted.set(keyOf(view.id), view);
    if (view.provisional || view.id.number <= (this.newest?.id.number ?? 0)) return;
    if (!this.possible.some(({ id }) => sameView(id, view.id))) this.possible.push(view);
  }

  /** The number of the last view of the lineage that this one goes back to. */
  root(view: View): number {
    let at: View | undefined = view;
    while (at?.provisional) at = at.parent === null ? undefined : this.known.get(keyOf(at.parent));
    return at?.id.number ?? 0;
  }

  /** This view and all those that it goes back to. */
  lineOf(view: View): View[] {
    const line: View[] = [];
    for (let at: View | undefined = view; at; at = at.parent ? this.find(keyOf(at.parent)) : undefined)
      line.push(at);
    return line;
  }

  /** Whether this view, as number@proposer, goes back to the other. */
  readonly goesBack = (view: string, to: ViewId): boolean => {
    const known = this.find(view);
    return known !== undefined && this.lineOf(known).some(({ id }) => sameView(id, to));
  };

  private find(view: string): View | undefined {
    return this.known.get(view) ?? this.accepted.get(view);
  }

  private inLineage(view: View): void {
    const place = `${view.ring}/${view.id.number}`;
    const rival = this.lineage.get(place);
    if (rival !== undefined)
      violation(
        'lineage',
        `two views ${view.id.number} in the lineage: ${signature(rival)} and ${signature(view)}`,
      );
    this.lineage.set(place, view);
    const isSameRing = this.newest !== null && view.ring === this.newest.ring;
    if (isSameRing && view.id.number <= this.newest!.id.number) return;
    this.newest = view;
    this.possible = this.possible.filter(({ id }) => id.number > view.id.number);
  }

  /** Along the chain nobody has less than those behind, as far as they were members before. */
  private checkPrefix(view: View): void {
    const parent = view.parent === null ? undefined : this.known.get(keyOf(view.parent));
    const old = view.members.filter(
      (member) => member.full && parent?.members.some(({ id }) => id === member.id),
    );
    for (let i = 1; i < old.length; i++)
      if (old[i]!.last > old[i - 1]!.last)
        violation(
          'prefix',
          `in ${keyOf(view.id)} ${old[i]!.name} has more than ${old[i - 1]!.name}: ${signature(view)}`,
        );
    if (view.members.length === 0) violation('views', `${keyOf(view.id)} is empty`);
  }
}

function signature(view: View): string {
  return `[${view.members.map(signatureOf).join(' ')}] start ${view.start} of ${view.parent === null ? '' : keyOf(view.parent)} ${view.provisional}`;
}

function signatureOf({ id, full, last }: Member): string {
  return `${id}${full ? '' : '~'}@${last}`;
}
