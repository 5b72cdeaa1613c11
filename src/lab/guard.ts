import { spawn } from 'node:child_process';

/**
 * A paused process cannot notice that the lab is gone. So a shell waits beside it on a pipe from the lab: a line means
 * that the guard is over; an end without one means that the lab died, and the paused process is killed.
 */
export function guardPaused(pid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', 'read -r over || kill -KILL "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  return () => shell.stdin.end('over\n');
}
