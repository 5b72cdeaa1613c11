import { FILE_BUGS } from '../bugs/file-bugs.js';
import { planting } from '../bugs/planted.js';
import { AMPLE_MEMORY_BYTES } from '../plan.js';
import { failuresWith } from '../seeds.js';

/** The first of the seeds in which servers that share directories break a promise. */
export function fileFailures(seeds: number, durable: boolean): string[] {
  return failuresWith(seeds, { files: true, durable, memoryLimitBytes: AMPLE_MEMORY_BYTES });
}

/** Whether one of the first so many seeds finds this one of the FILE_BUGS. */
export function isFoundByFiles(name: string, seeds: number): boolean {
  const makeCore = planting(FILE_BUGS.find((bug) => bug.name === name)!);
  const plan = { files: true, durable: false, memoryLimitBytes: AMPLE_MEMORY_BYTES };
  return failuresWith(seeds, plan, { makeCore, most: 1 }).length > 0;
}
