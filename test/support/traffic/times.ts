/** How often a round is played: RINGLET_CHAOS_TIMES, or so many times as fit into the gate. */
export function timesOf(byDefault: number): number {
  const given = process.env['RINGLET_CHAOS_TIMES'];
  if (given === undefined || given === '') return byDefault;
  if (!/^[1-9]\d{0,3}$/.test(given))
    throw new Error(`RINGLET_CHAOS_TIMES is ${given}, which is no whole number above 0.`);
  return Number(given);
}
