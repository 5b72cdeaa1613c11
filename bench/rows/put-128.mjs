/** PUT of 1 KiB, acknowledged by all three, 128 connections. */
import { contenders, loaded, loadedReach, runPut } from '../measure/put.mjs';

/** @type {import('../measure/types.mjs').Row} */
export const row = {
  name: 'put-128',
  title: 'PUT 1 KiB acknowledged by all three, 128 connections',
  contenders,
  reach: loadedReach,
  run: runPut(128, loaded),
};
