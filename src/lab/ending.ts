import { readFileSync } from 'node:fs';

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** As shells tell a SIGPIPE. */
const unread = 141;

/** How often the lab looks whether npm, which started it, is still there. */
const parentCheckMs = 500;

/**
 * Calls `end` with an exit code when the lab is to go: on the signals that end a program, when nobody reads its output
 * any more, when npm is gone (npm hands a SIGTERM to its shell, which does not hand it on), and on a bug of its own; a
 * second bug, on the way out, ends it at once.
 */
export function onEnd(end: (code: number) => void): void {
  let isEnding = false;
  const endOnce = (code: number) => {
    if (!isEnding) end(code);
    isEnding = true;
  };
  // Only these are sent by someone who may want it faster by sending another one.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      isEnding = true;
      end(signalCodes[signal]);
    });
  }
  // A terminal that is closed is told in several ways at once.
  process.on('SIGHUP', () => endOnce(signalCodes.SIGHUP));
  process.stdin.on('error', () => endOnce(signalCodes.SIGHUP));
  process.stdout.on('error', () => endOnce(unread));
  process.stderr.on('error', () => endOnce(unread));
  let failed = false;
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    // Of node:readline, which sets a terminal back that is closed already.
    if (error.code === 'EIO') return endOnce(signalCodes.SIGHUP);
    if (failed) process.exit(1);
    failed = true;
    process.stderr.write(`${error.stack ?? error.message}\n`);
    end(1);
  });
  if (process.env['npm_lifecycle_event'] !== undefined) watchParent(() => endOnce(signalCodes.SIGHUP));
}

function watchParent(onGone: () => void): void {
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    onGone();
  }, parentCheckMs);
  timer.unref();
}

/** The shell that npm has started, and npm, where the system tells that: a killed npm leaves its shell behind. */
function ancestors(): string {
  try {
    const state = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    // The name, in brackets, may have anything in it; the state and the parent follow.
    const grandparent = state.slice(state.lastIndexOf(')') + 2).split(' ')[1];
    return `${process.ppid} ${grandparent}`;
  } catch {
    return String(process.ppid);
  }
}
