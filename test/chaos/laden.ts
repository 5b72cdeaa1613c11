import { Cargo } from './cargo.js';
import { fellAll, restart } from './restart.js';
import type { Stage } from './stage.js';

const OBJECTS = 100_000;

/** All are killed with 100 MB on each disk. Written without waiting for the disk, which would take long; read with FSYNC=always. */
export async function restartLaden(stage: Stage): Promise<void> {
  const { ring, load, figures } = stage;
  // They would have a part of the machine that the servers are measured on.
  await load.stop();
  const cargo = new Cargo('cargo/', OBJECTS);
  figures.loaded.add(await cargo.load(ring.running), stage, 'all', Date.now());
  await ring.agree(true);
  const victims = await fellAll(stage);
  for (const victim of victims) ring.give(victim, { FSYNC: 'always' });
  await restart(stage, victims, figures.laden);
  await cargo.compare(ring.running);
}
