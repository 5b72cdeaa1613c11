import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mistakesIn, type ServerProcess, waitFor } from '../support/processes/index.js';
import type { Role } from '../support/traffic/index.js';
import { command, whyNoHosts } from './means.js';
import { type Stage, without } from './stage.js';

const SOURCE = fileURLToPath(new URL('./bad-disk.c', import.meta.url));
const KILL_MS = 5_000;
const END_MS = 10_000;
const WARM = 30;
const AFTERWARDS = 60;
/** What LMDB writes to standard error by itself; without a newline, so that the sentence may be in the same line. */
const OF_LMDB = /Write error: |mdb_\w+ .*error/;
/** The sentence that the server ends with. */
const SENTENCE = /DATA_DIR \S+ cannot be written: .+; look after the disk and start this server again\./;

/** Why no disk can be made a bad one here; undefined when it can. */
export function whyNoBadDisks(): string | undefined {
  const why = whyNoHosts();
  if (why !== undefined) return why;
  try {
    command('gcc', '--version');
    return undefined;
  } catch {
    return 'gcc is missing, which makes the disk of a server fail';
  }
}

/**
 * Under load, the disk of one server fails. It says so and ends, at once, as nobody knows what the disk has; the others go on. On a
 * sound disk it has what it had.
 */
export function badDisk(role: Role, what: 'SYNC' | 'WRITE'): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, random, figures } = stage;
    const victim = role(await ring.inOrder(), random);
    const trigger = join(ring.directory, `bad-disk-${victim.place.name}`);
    const library = join(ring.directory, 'bad-disk.so');
    command('gcc', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl');
    await victim.kill(KILL_MS);
    ring.give(victim, { LD_PRELOAD: library, [`BAD_DISK_${what}`]: trigger });
    ring.launch(victim);
    const order = await ring.inOrder();
    const others = without(order, [victim]);
    await stage.crowd(order).progress(WARM);
    stage.expected = new RegExp(`${SENTENCE.source}|${OF_LMDB.source}`);
    ring.allowEnd(victim);
    const wall = Date.now();
    writeFileSync(trigger, '');
    const at = performance.now();
    try {
      await ends(stage, victim, wall);
      for (const prober of stage.probe(others, at))
        figures.failed.add(await prober.recovery(), stage, prober.server.place.name, wall);
      await stage.stopProbers();
    } finally {
      rmSync(trigger);
    }
    ring.give(victim, { LD_PRELOAD: '' });
    ring.launch(victim);
    await ring.agree();
    await stage.crowd(order).progress(AFTERWARDS);
  };
}

async function ends({ ring }: Stage, victim: ServerProcess, since: number): Promise<void> {
  await waitFor(`the end of ${victim.place.name}`, END_MS, () => (victim.alive ? 'it goes on' : undefined));
  const end = ring.endOf(victim);
  const said = mistakesIn([victim], since).filter((line) => SENTENCE.test(line) || !OF_LMDB.test(line));
  if (end !== 'exit code 1' || said.length !== 1 || !SENTENCE.test(said[0]!))
    throw new Error(`${victim.place.name} ended with ${end} and said:\n${said.join('\n')}`);
}
