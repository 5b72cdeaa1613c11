/** PUT of 1 KiB, acknowledged by all three, 32 connections. */
import { contenders, loaded, loadedReach, runPut } from '../measure/put.mjs';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'put-32',
  title: 'PUT 1 KiB acknowledged by all three, 32 connections',
  contenders,
  reach: loadedReach,
  run: runPut(32, loaded),
};
