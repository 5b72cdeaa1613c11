import { within } from './wait.js';

/** Where a server of the lab is found; the same before and after a reboot. */
export interface Place {
  name: string;
  host: string;
  port: number;
  ringPort: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that runs. The specs have one that is none. */
export interface Child {
  pid: number;
  exited: Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
}

export type Spawn = (environment: NodeJS.ProcessEnv, logFile: string) => Child;

/** `crashed`: ended by itself, and not well. */
export type ProcessState = 'running' | 'paused' | 'stopped' | 'killed' | 'crashed';

/** One server of the lab and the process that it has at present, if any. */
export class ServerProcess {
  state: ProcessState = 'stopped';
  private child: Child | undefined;
  private asked: 'stopped' | 'killed' | undefined;

  constructor(
    readonly place: Place,
    readonly logFile: string,
    private readonly spawn: Spawn,
    /** Told of an end that nobody asked for. */
    private readonly onLost: (server: ServerProcess, exit: Exit) => void,
  ) {}

  get port(): number {
    return this.place.port;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Running or paused. */
  get alive(): boolean {
    return this.child !== undefined;
  }

  start(environment: NodeJS.ProcessEnv): void {
    const child = this.spawn(environment, this.logFile);
    this.child = child;
    this.asked = undefined;
    this.state = 'running';
    void child.exited.then((exit) => this.ended(exit));
  }

  /** SIGTERM; the exit, or undefined when it did not come within the bound. */
  async stop(boundMs: number): Promise<Exit | undefined> {
    if (!this.child) return undefined;
    const { exited } = this.child;
    this.asked = 'stopped';
    this.child.signal('SIGTERM');
    if (this.state === 'paused') this.resume();
    return within(exited, boundMs);
  }

  async kill(boundMs: number): Promise<Exit | undefined> {
    if (!this.child) return undefined;
    const { exited } = this.child;
    this.asked = 'killed';
    this.child.signal('SIGKILL');
    return within(exited, boundMs);
  }

  pause(): void {
    this.child?.signal('SIGSTOP');
    if (this.child) this.state = 'paused';
  }

  resume(): void {
    this.child?.signal('SIGCONT');
    if (this.child) this.state = 'running';
  }

  private ended(exit: Exit): void {
    this.child = undefined;
    this.state = this.asked ?? endOf(exit);
    if (!this.asked) this.onLost(this, exit);
  }
}

/** A SIGKILL that the lab did not send is someone else's experiment, no crash. */
function endOf(exit: Exit): ProcessState {
  if (isClean(exit)) return 'stopped';
  return exit.signal === 'SIGKILL' ? 'killed' : 'crashed';
}

/** Ended in the way that SIGTERM should end a server (143 = 128 + SIGTERM). */
export const isClean = ({ code, signal }: Exit): boolean =>
  code === 0 || code === 143 || signal === 'SIGTERM';

export const describeExit = ({ code, signal }: Exit): string => (signal ? signal : `exit code ${code}`);
