import { FILE_BUGS } from '../bugs/file-bugs.js';
import { planting } from '../bugs/planted.js';
import { AMPLE_MEMORY_BYTES } from '../plan.js';
import { failuresWith } from '../seeds.js';

const SHARING = { files: true, memoryLimitBytes: AMPLE_MEMORY_BYTES };

/** The first of the seeds in which servers that share directories break a promise. */
export function fileFailures(seeds: number, durable: boolean): string[] {
  return failuresWith(seeds, { ...SHARING, durable });
}

/** Whether one of the first so many seeds finds this one of the FILE_BUGS. */
export function isFoundByFiles(name: string, seeds: number): boolean {
  const makeCore = planting(FILE_BUGS.find((bug) => bug.name === name)!);
  return failuresWith(seeds, { ...SHARING, durable: false }, { makeCore, most: 1 }).length > 0;
}
