import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openLab, reboot, startFirst, stop } from '../../dist/lab/index.js';

/**
 * A ring of real servers on this machine: an intermediary, and piece servers, which keep on their disks what they make. Each piece has one copy, so
 * it is there as long as its server is.
 */
export class Island {
  constructor(ports) {
    process.env.REPLICAS = '1';
    this.ports = ports;
    this.directory = mkdtempSync(join(tmpdir(), 'ringlet-lego-'));
    this.lab = openLab({ dataDirectory: this.directory }, { say: () => {}, tell: () => {} });
  }

  get intermediary() {
    return urlOf(this.ports[0]);
  }

  get pieceServers() {
    return this.ports.slice(1).map(urlOf);
  }

  async start() {
    succeed(await startFirst(this.lab, this.ports));
  }

  /** As Ctrl+C does it: what it is doing is completed, and the others are told. */
  async leave(port) {
    succeed(await stop(this.lab, this.lab.find(String(port))));
  }

  async comeBack(port) {
    succeed(await reboot(this.lab, this.lab.find(String(port))));
  }

  async close() {
    await this.lab.close();
    this.lab.removeLogs();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function urlOf(port) {
  return `http://127.0.0.1:${port}`;
}

/** What the lab could not do ends the example. */
function succeed(outcome) {
  if (outcome.kind === 'failed') throw new Error(outcome.sentence);
}
