import type { FileFigures } from '../files/index.js';
import type { Reading } from './gauges.js';

/** The directory that this server shares. */
export const FILE_GAUGES: readonly Reading<FileFigures>[] = [
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
