import { rmSync } from 'node:fs';
import { startFirst } from './boot.js';
import type { Lab } from './lab.js';
import { table } from './table.js';
import type { Execute, Screen } from './screen.js';
import { isQuit, runLine } from './words.js';

/** One run of the lab, from its first servers to its exit code. */
export class Session {
  private closing: Promise<number> | undefined;

  constructor(
    private readonly lab: Lab,
    private readonly screen: Screen,
  ) {}

  /** False when a server could not start at all, so that there is no lab to work with; 'late' when one is slow. */
  async start(ports: readonly number[]): Promise<'ready' | 'late' | 'failed'> {
    this.screen.say(`Starting ${ports.length} servers; their logs are in ${this.lab.parts.directory}`);
    const outcome = await startFirst(this.lab, ports);
    if (this.closing) return 'failed';
    if (outcome.kind === 'failed') {
      this.screen.complain(outcome.sentence);
      return this.lab.servers.every((server) => server.alive) ? 'late' : 'failed';
    }
    const rows = this.lab.servers.map(({ place }) => [
      `http://127.0.0.1:${place.port}`,
      `${place.name}, ring port ${place.ringPort}`,
    ]);
    this.screen.say(table(rows));
    return 'ready';
  }

  /** Runs a line and shows what came of it; nothing more is shown or run once the session ends. */
  readonly execute: Execute = async (line) => {
    if (this.closing || isQuit(line)) return 'quit';
    const outcome = await runLine(this.lab, line);
    if (this.closing) return 'quit';
    if (outcome.kind === 'failed') this.screen.complain(outcome.sentence);
    else if (outcome.text) this.screen.say(outcome.text);
    return outcome.kind;
  };

  /** Ends the servers and answers the exit code; a further call changes neither. */
  end(code: number): Promise<number> {
    this.closing ??= this.close(code);
    return this.closing;
  }

  /** As end(), but who asks twice wants it at once. */
  interrupt(code: number): Promise<number> {
    if (this.closing) void this.lab.killAll();
    return this.end(code);
  }

  private async close(code: number): Promise<number> {
    const { directory } = this.lab.parts;
    await this.lab.close();
    if (code === 1 || this.lab.troubled) this.screen.say(`The logs stay in ${directory}`);
    else rmSync(directory, { recursive: true, force: true });
    return code;
  }
}
