/** One that lost, of `GET /conflicts`. */
export interface KeptConflict {
  key: string;
  revision: number;
}

/** More at once are counted, not listed. */
const mostListed = 5;

/** What was told of conflicts so far, and what is to be told when there are others. */
export class ConflictPicture {
  private known = new Map<number, string>();

  /** `now`: all that are kept at present. */
  see(now: readonly KeptConflict[]): string[] {
    const present = new Map(now.map(({ key, revision }) => [revision, key]));
    const fresh = [...present].filter(([revision]) => !this.known.has(revision));
    const settled = [...this.known].filter(([revision]) => !present.has(revision));
    this.known = present;
    return [
      ...brief(
        fresh,
        ([revision, key]) =>
          `Conflict over ${key}: what lost is kept as /conflicts/${key}?revision=${revision}`,
      ),
      ...brief(settled, ([, key]) => `A conflict over ${key} is settled`),
    ];
  }
}

function brief<T>(items: readonly T[], lineOf: (item: T) => string): string[] {
  const lines = items.slice(0, mostListed).map(lineOf);
  const more = items.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more conflicts`] : lines;
}
