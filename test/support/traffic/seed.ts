/** The seed of the suite: RINGLET_CHAOS_SEED, or another one each time. It gives the schedule of clients and faults, not its timing. */
export function suiteSeed(): number {
  const given = process.env['RINGLET_CHAOS_SEED'];
  if (given === undefined || given === '') return Math.floor(Math.random() * 2 ** 31);
  if (!/^\d{1,10}$/.test(given)) throw new Error(`RINGLET_CHAOS_SEED is ${given}, which is no whole number.`);
  return Number(given);
}

/** A round has the same seed whether it is run alone or after others (FNV-1a over its name). */
export function roundSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

export const replayCommand = (script: string, seed: number, name: string): string =>
  `RINGLET_CHAOS_SEED=${seed} npm run ${script} -- -t ${JSON.stringify(name)}`;
