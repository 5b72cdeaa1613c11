/**
 * The generator's process: receives what is to be done, answers with `{ result }` or `{ error }`. It lasts for
 * the whole run, so that its code is compiled and hot for every contender alike; it ends with the bench.
 */
import { drive } from './drive.mjs';
import { fill } from './fill.mjs';

process.on('message', async (/** @type {import('./types.mjs').Order} */ { kind, spec }) => {
  try {
    process.send?.({ result: await (kind === 'fill' ? fill(spec) : drive(spec)) });
  } catch (error) {
    process.send?.({ error: /** @type {Error} */ (error).message });
  }
});
process.on('disconnect', () => process.exit());
