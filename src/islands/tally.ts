/** How often something came of other islands. */
export class IslandTally {
  /** Reads that one of them answered. */
  found = 0;
  /** Reads that none of them answered. */
  absent = 0;
  /** Islands that failed to tell. */
  failed = 0;
  /** Reads answered with a copy. */
  copies = 0;
  /** Requests for a key of an island that was named. */
  forwarded = 0;
}
