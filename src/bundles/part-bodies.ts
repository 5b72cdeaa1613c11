import { Injectable } from '@nestjs/common';

import {
  Bodies,
  bodyGone,
  type Content,
  contentOf,
  type FarObject,
  MOST_READS,
  ObjectsService,
  problemOf,
} from '../objects/index.js';
import { type LogRecord, versionOf } from '../replication/index.js';

/** The version that was to be read is not there any more: its object was written again, or deleted. */
export class PartGone extends Error {
  override readonly name = 'PartGone';
}

/** Reads bodies of certain versions, from memory, from the disk, or from the servers that keep them. */
@Injectable()
export class PartBodies {
  constructor(
    private readonly objects: ObjectsService,
    private readonly bodies: Bodies,
  ) {}

  /**
   * Resolves when the body is at hand, so that its bytes come as fast as they are taken.
   *
   * @throws PartGone
   * @throws Problem when nobody has it who can be reached
   */
  async open(key: string, version: number): Promise<Content> {
    for (let reads = 0; reads < MOST_READS; reads++) {
      const record = await this.withBody(key);
      if (record === null || versionOf(record) !== version)
        throw new PartGone(`${JSON.stringify(key)} was written again, or deleted`);
      const content = await contentOf(this.bodies, record, true);
      if (content !== null) return content;
    }
    throw bodyGone();
  }

  /** Of another island. @throws as `open` does */
  async openFar(key: string, object: FarObject): Promise<Content> {
    const content = await object.open();
    if (content === null) throw new PartGone(`${JSON.stringify(key)} was written again, or deleted`);
    return content;
  }

  /** Null when there is no object. Rejects with a Problem when its body cannot be had. */
  private async withBody(key: string): Promise<LogRecord | null> {
    const present = this.objects.stale(key);
    if (present === undefined) return null;
    if (present.body !== null) return present;
    const outcome = await this.objects.get(key);
    if (outcome.kind === 'absent') return null;
    if (outcome.kind !== 'object') throw problemOf(outcome);
    return outcome.record;
  }
}
