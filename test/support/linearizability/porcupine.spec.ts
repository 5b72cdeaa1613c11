import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkHistory } from './check.js';
import { etcdRegister, parseEtcdLog } from './etcd-log.js';

/**
 * The 102 histories that Jepsen took from etcd 0.4, which checkers of linearizability are compared on, and the verdicts
 * they agree on. The logs are not ours to hold: PORCUPINE_DIR names a checkout of github.com/anishathalye/porcupine.
 */
const directory = process.env['PORCUPINE_DIR'];
const LINEARIZABLE = new Set([
  2, 5, 7, 18, 25, 31, 38, 45, 48, 49, 51, 53, 56, 67, 75, 76, 80, 87, 92, 98, 100, 101, 102,
]);
/** In run 95 the cluster did not start: its log is empty. */
const runs = Array.from({ length: 103 }, (_, run) => run).filter((run) => run !== 95);

function logOf(run: number): string {
  return join(directory ?? '', 'test_data', 'jepsen', `etcd_${String(run).padStart(3, '0')}.log`);
}

(directory === undefined ? describe.skip : describe)('etcd histories (PORCUPINE_DIR)', () => {
  it('are all there', () => expect(runs.filter((run) => !existsSync(logOf(run)))).toEqual([]));

  it.each(runs)('etcd_%i gets the known verdict', (run) => {
    const verdict = checkHistory(etcdRegister, parseEtcdLog(readFileSync(logOf(run), 'utf8')));
    expect(verdict).toMatchObject(LINEARIZABLE.has(run) ? { ok: true } : { ok: false, undecided: false });
  });
});
