import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads what the lab tells it of its servers. When that ends without `over`, the lab has died: paused servers are resumed,
 * so that they notice it as the others do (leash.ts), whoever is still there after a second is killed, and $1 is removed.
 */
const program = `
while read -r word pid; do
  case $word in
    watch) pids="$pids $pid" ;;
    forget) rest=; for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done; pids=$rest ;;
    over) exit ;;
  esac
done
[ -z "$pids" ] || kill -CONT $pids
sleep 1
[ -z "$pids" ] || kill -KILL $pids
[ -z "$1" ] || rm -rf -- "$1"
`;

/**
 * A shell beside the lab that ends what the lab cannot end any more when it was killed itself. It runs from the first
 * server on, and notices by a pipe from the lab.
 */
export class Guard {
  private shell: ChildProcess | undefined;

  /** `directory`: what is removed when the lab dies; the lab removes it itself when it ends well. */
  constructor(private readonly directory = '') {}

  watch(pid: number): void {
    this.shell ??= startShell(this.directory);
    this.tell(`watch ${pid}`);
  }

  /** The process is gone, and its id may become another's. */
  forget(pid: number): void {
    this.tell(`forget ${pid}`);
  }

  /** The lab has ended everything itself. */
  dismiss(): void {
    this.tell('over');
    this.shell?.stdin?.end();
    this.shell = undefined;
  }

  private tell(line: string): void {
    this.shell?.stdin?.write(`${line}\n`);
  }
}

/** In a session of its own, so that neither Ctrl+C nor the end of a terminal reaches it. */
function startShell(directory: string): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', program, 'ringlet-lab-guard', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  // Neither keeps the lab running.
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return shell;
}
