/** PUT of 1 KiB, on disk, 128 connections. */
import { durableRow } from '../measure/durable.mjs';

export const row = {
  ...durableRow(128),
  notShort: 'durable-32 tells as much; --only durable runs both',
};
