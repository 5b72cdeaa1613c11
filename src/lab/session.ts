import { startFirst } from './boot.js';
import { nameOf, portsKeptIn } from './homes.js';
import type { Lab } from './lab.js';
import { counted, listed } from './outcome.js';
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
    const { directory, dataDirectory } = this.lab.parts;
    this.screen.say(`Starting ${counted(ports.length, 'server')}; logs in ${directory}`);
    if (dataDirectory !== undefined) this.sayData(dataDirectory, ports);
    const outcome = await startFirst(this.lab, ports);
    if (this.closing) return 'failed';
    if (outcome.kind === 'failed') {
      this.screen.complain(outcome.sentence);
      return this.lab.servers.every((server) => server.alive) ? 'late' : 'failed';
    }
    const rows = this.lab.servers.map(({ place }) => [
      `http://${place.host}:${place.port}`,
      `${place.name}, ring port ${place.ringPort}`,
    ]);
    this.screen.say(`${table(rows)}\n${outcome.text}`);
    return 'ready';
  }

  /** Others of the same ring may have what these wait for. */
  private sayData(directory: string, ports: readonly number[]): void {
    this.screen.say(`Objects are kept in ${directory}`);
    const away = portsKeptIn(directory).filter((port) => !ports.includes(port));
    if (away.length === 0) return;
    const others = `${listed(away.map(nameOf))}, not started now`;
    this.screen.say(`It has the data of ${others}; without --port and --servers all are started.`);
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
    else this.lab.removeLogs();
    return code;
  }
}
