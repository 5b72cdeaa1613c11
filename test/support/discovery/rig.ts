import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';

import { Crowd, Sources } from './crowd.js';
import { ownGroup } from './group.js';
import { Stranger } from './stranger.js';

/** What each test of discovery has anew: a group and a directory of its own, a crowd there, and a stranger, if it asks for one. */
export class Rig {
  group!: string;
  home!: string;
  crowd!: Crowd;
  sources!: Sources;
  private stranger: Stranger | undefined;

  constructor() {
    beforeAll(() => void (this.sources = new Sources()));
    afterAll(() => this.sources.remove());
    beforeEach(() => this.begin());
    afterEach(() => this.end());
  }

  async meet(): Promise<Stranger> {
    return (this.stranger = await Stranger.at(this.group));
  }

  private async begin(): Promise<void> {
    this.group = await ownGroup();
    const { directory, programs } = this.sources;
    this.home = mkdtempSync(join(directory, 'home-'));
    this.crowd = new Crowd({
      programs,
      directory: this.home,
      settings: { MULTICAST_GROUP: this.group },
    });
  }

  private async end(): Promise<void> {
    this.stranger?.close();
    this.stranger = undefined;
    await this.crowd.end();
  }
}
