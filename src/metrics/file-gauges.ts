import { Gauge, type Registry } from 'prom-client';

import type { FileFigures } from '../files/index.js';

interface FileGauge {
  readonly name: string;
  readonly help: string;
  readonly read: (figures: FileFigures) => number | boolean;
}

const FILE_GAUGES: readonly FileGauge[] = [
  { name: 'ringlet_shared_files', help: 'Files of FILES_DIR that are shared.', read: ({ files }) => files },
  { name: 'ringlet_shared_bytes', help: 'Bytes of the files that are shared.', read: ({ bytes }) => bytes },
  {
    name: 'ringlet_shared_files_left_out',
    help: 'What of FILES_DIR cannot be shared; the log names it. No more than 10,000 are counted.',
    read: ({ leftOut }) => leftOut,
  },
  {
    name: 'ringlet_shared_files_waiting',
    help: 'Files that have yet to be looked at, or to be told the ring.',
    read: ({ waiting }) => waiting,
  },
  {
    name: 'ringlet_shared_files_walking',
    help: '1 while FILES_DIR, or a part of it, is walked through.',
    read: ({ isWalking }) => isWalking,
  },
];

/** The directory that this server shares. */
export function addFileGauges(registry: Registry, figures: () => FileFigures): void {
  for (const { name, help, read } of FILE_GAUGES) {
    const collect = () => gauge.set(Number(read(figures())));
    const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect });
  }
}
