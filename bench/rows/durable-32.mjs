/** PUT of 1 KiB, on disk, 32 connections. */
import { durableRow } from '../measure/durable.mjs';

export const row = durableRow(32);
