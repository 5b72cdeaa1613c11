import type { Process } from './process.js';

/** Whether what this server says is of the lineage. */
export function isVouched(process: Process): boolean {
  const { view } = process.status();
  const announced = process.host.cluster.checks.progress.of(process.toldAs).view;
  return view?.provisional !== true && announced?.provisional !== true;
}
