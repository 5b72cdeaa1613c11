import type { Notice } from './notice.js';
import { counted } from './outcome.js';
import type { RingAnswer, RingMember } from './ring-answer.js';

/** Suspicions that are remembered, so that each is told once. */
const mostSuspicions = 64;

/**
 * What was told of the ring so far, and what is to be told when more is known. Two things add to it: looks, which are
 * whole but only now and then, and notices, which come at once, from every server, and end with it. Whatever comes first
 * is told; a notice of a view that is over is not.
 */
export class Picture {
  private view = 0;
  private primary: string | null = null;
  private provisional = false;
  private members = new Map<string, { id: string; state: string | undefined }>();
  private suspicions: string[] = [];
  /** Whom any server suspected at the last look, by id. */
  private suspects = new Map<string, string>();

  /** `label` turns a member's name into what is shown. */
  constructor(private readonly label: (name: string) => string) {}

  get viewNumber(): number {
    return this.view;
  }

  /** The ring is gone; what comes is another one. */
  forget(): void {
    this.view = 0;
    this.primary = null;
    this.provisional = false;
    this.members.clear();
  }

  /** What `GET /ring` says: all of it is so. */
  see(answer: RingAnswer): string[] {
    this.view = answer.view;
    const present = new Set(answer.members.map(({ name }) => name));
    const gone = [...this.members.keys()].filter((name) => !present.has(name));
    return [
      ...gone.flatMap((name) => this.leave(name)),
      ...answer.members.flatMap((member) => [...this.join(member.name, member.id), ...this.stateOf(member)]),
      ...this.promote(answer.primary),
      ...this.judge(answer.provisional),
    ];
  }

  /** Of a member whom nobody suspects any more; that they do was heard. `answers` are those of one look. */
  relieve(answers: Iterable<RingAnswer>): string[] {
    const now = new Map<string, string>();
    for (const { members } of answers)
      for (const { id, name, state } of members) if (state === 'suspected') now.set(id, name);
    const relieved = [...this.suspects].filter(
      ([id, name]) => !now.has(id) && this.members.get(name)?.id === id,
    );
    this.suspects = now;
    return relieved.map(([, name]) => `${this.label(name)} is no longer suspected`);
  }

  /** What a server, at `port`, tells of a moment. */
  hear(notice: Notice, port: number): string[] {
    switch (notice.kind) {
      case 'merging':
        return [`${port} offers the ring what was written apart from it: ${counted(notice.count, 'write')}`];
      case 'merged':
        return [`The ring has all that was written at ${port} apart from it`];
      case 'suspected':
        return this.suspect(notice, port);
      default:
        return this.change(notice);
    }
  }

  private change({
    kind,
    name,
    id,
    view,
  }: Extract<Notice, { kind: 'left' | 'joined' | 'promoted' }>): string[] {
    if (this.view === 0 || view < this.view) return [];
    this.view = view;
    if (kind === 'promoted') return this.promote(name);
    if (kind === 'joined') return this.join(name, id);
    return this.members.get(name)?.id === id ? this.leave(name) : [];
  }

  private leave(name: string): string[] {
    this.members.delete(name);
    if (this.primary === name) this.primary = null;
    return [`${this.label(name)} left the ring (view ${this.view})`];
  }

  private join(name: string, id: string): string[] {
    const known = this.members.get(name);
    if (known?.id === id) return [];
    this.members.set(name, { id, state: undefined });
    return [`${this.label(name)} joined the ring${known ? ' anew' : ''} (view ${this.view})`];
  }

  private promote(name: string | null): string[] {
    if (name === null || name === this.primary) return [];
    this.primary = name;
    return [`${this.label(name)} is now the primary (view ${this.view})`];
  }

  /** Suspicions are told as notices: each is that of one server, and passes. */
  private stateOf({ name, state }: RingMember): string[] {
    const known = this.members.get(name)!;
    if (state === 'suspected' || state === known.state) return [];
    const wasFilling = known.state === 'filling';
    known.state = state;
    if (state === 'filling') return [`${this.label(name)} takes the objects from the others`];
    return wasFilling ? [`${this.label(name)} has all objects`] : [];
  }

  private suspect(
    { name, id, view, reason }: Extract<Notice, { kind: 'suspected' }>,
    port: number,
  ): string[] {
    const key = `${id}/${view}`;
    if (this.suspicions.includes(key)) return [];
    this.suspicions = [...this.suspicions.slice(1 - mostSuspicions), key];
    return [`${port} suspects ${this.label(name)}: ${reason}`];
  }

  private judge(provisional: boolean): string[] {
    if (provisional === this.provisional) return [];
    this.provisional = provisional;
    if (!provisional) return [`View ${this.view} is no longer provisional`];
    return [`View ${this.view} is provisional: too few of the others can be reached`];
  }
}

/** The answer in the newest view; among equals the one of the server that the lab lists first. */
export function newest(answers: Iterable<RingAnswer>): RingAnswer | undefined {
  let best: RingAnswer | undefined;
  for (const answer of answers) if (!best || answer.view > best.view) best = answer;
  return best;
}
