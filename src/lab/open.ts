import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBounds } from './bounds.js';
import { Guard } from './guard.js';
import { Lab } from './lab.js';
import type { LabOptions } from './options.js';
import { httpRingApi } from './ring-api.js';
import { builtPrograms, processSpawn } from './spawn.js';

/** Where what a lab says goes. */
export interface Listener {
  say: (text: string) => void;
  /** A line on something that happens now. */
  tell: (event: string) => void;
}

/** A lab with real servers, none of which is started yet. Its logs are in a directory of its own. */
export function openLab(options: Omit<LabOptions, 'ports'>, listener: Listener): Lab {
  const { dataDirectory } = options;
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-lab-'));
  const guard = new Guard(directory);
  return new Lab({
    ...options,
    ...listener,
    spawn: processSpawn(builtPrograms(directory), guard),
    dismissGuard: () => guard.dismiss(),
    api: httpRingApi(process.env['AUTH_TOKEN']),
    bounds: defaultBounds,
    directory,
    environment: process.env,
  });
}
