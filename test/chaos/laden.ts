import { Cargo } from './cargo.js';
import { fellAll, restart } from './restart.js';
import type { Stage } from './stage.js';

/** 1 KiB each. */
export const MANY = 100_000;
export const FEWER = 20_000;

/** All are killed with so many objects on each disk. Written without waiting for the disk, which would take long; read with FSYNC=always. */
export const restartLaden =
  (objects: number) =>
  async (stage: Stage): Promise<void> => {
    const { ring, load, figures } = stage;
    // They would have a part of the machine that the servers are measured on.
    await load.stop();
    const cargo = new Cargo('cargo/', objects);
    figures.loaded.add(await cargo.load(ring.running), stage, 'all', Date.now());
    await ring.agree(true);
    const victims = await fellAll(stage);
    for (const victim of victims) ring.give(victim, { FSYNC: 'always' });
    await restart(stage, victims, figures.laden);
    await cargo.compare(ring.running);
  };
