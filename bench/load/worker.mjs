/**
 * The generator's process: receives a LoadSpec, answers with `{ result }` or `{ error }`. It lasts for the
 * whole run, so that its code is compiled and hot for every contender alike; it ends with the bench.
 */
import { drive } from './drive.mjs';

process.on('message', async (/** @type {import('./types.mjs').LoadSpec} */ spec) => {
  try {
    process.send?.({ result: await drive(spec) });
  } catch (error) {
    process.send?.({ error: /** @type {Error} */ (error).message });
  }
});
process.on('disconnect', () => process.exit());
