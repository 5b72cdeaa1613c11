/**
 * `npm run bench`: the speed of rings on this machine, beside three limits and the peers that are installed. It
 * prints ratios within one run, because absolute figures drift from run to run.
 *
 * Rows (`rows/`) say what is measured and what is to be reached; contenders (`contenders/`) start servers;
 * `measure/` interleaves and judges; `load/` has the generators; `limits/` are the three plain-Node programs
 * that show how much is possible; `system/` sees to it that nothing is left running.
 */
import { availableParallelism, loadavg } from 'node:os';
import { Running } from './contenders/index.mjs';
import { Generator } from './load/generator.mjs';
import { judge } from './measure/judge.mjs';
import { HELP, readOptions } from './options.mjs';
import { legend, rowAsText } from './report.mjs';
import { chooseRows } from './rows/index.mjs';
import { stopEverything } from './system/processes.mjs';

/** Above this load the machine has something else to do, and the report says so. */
const QUIET_LOAD = 0.5;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, async () => {
    await stopEverything();
    process.exit(130);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
} finally {
  await stopEverything();
}

/** @returns {Promise<number>} the exit code: 0 also when a figure is not reached, which is a result */
async function main() {
  const options = readOptions();
  const rows = chooseRows(options.only);
  const print = (/** @type {string} */ text) => void (options.json || process.stdout.write(text));
  if (options.help || options.list) {
    process.stdout.write(
      `${options.help ? HELP : rows.map((row) => `${row.name}  ${row.title}`).join('\n')}\n`,
    );
    return 0;
  }
  const machine = describeMachine();
  print(`${machine.text}\n${legend([...new Set(rows.flatMap((row) => row.contenders))])}`);

  const running = new Running();
  const context = { ...options, running, generator: new Generator(), progress };
  const results = [];
  for (const row of rows) {
    const leftOut = options.short && options.only.length === 0 ? row.notShort : undefined;
    if (leftOut === undefined) await running.keepOnly(row.contenders);
    const result = leftOut === undefined ? await runRow(row, context) : skipped(row, leftOut);
    progress('');
    print(rowAsText(result));
    results.push(result);
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, results }, undefined, 2)}\n`);
  return results.some((result) => result.failed !== undefined) ? 1 : 0;
}

/**
 * @param {import('./measure/types.mjs').Row} row
 * @param {import('./measure/types.mjs').Context} context
 * @returns {Promise<import('./report.mjs').Result>}
 */
async function runRow(row, context) {
  const named = { row: row.name, title: row.title };
  try {
    const findings = await row.run(context);
    return { ...named, findings, verdicts: judge(row.reach, findings) };
  } catch (error) {
    return { ...named, findings: [], verdicts: [], failed: /** @type {Error} */ (error).message };
  }
}

/**
 * @param {import('./measure/types.mjs').Row} row
 * @param {string} reason
 * @returns {import('./report.mjs').Result}
 */
function skipped({ name, title }, reason) {
  return { row: name, title, findings: [], verdicts: [], skipped: reason };
}

function describeMachine() {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  const busy =
    load > QUIET_LOAD ? ' — the machine is busy with something else, which disturbs the figures' : '';
  const text = `Node ${process.version}, ${cores} cores, load ${load.toFixed(2)}${busy}`;
  return { node: process.version, cores, load, text };
}

/** One line that is written over, on a terminal only. @param {string} text */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}
