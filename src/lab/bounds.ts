/** Every wait of the lab, in milliseconds. Tests pass smaller ones. */
export interface Bounds {
  /** Time between two looks at the ring in the background. */
  pollMs: number;
  /** Time between two looks while a command waits for something. */
  retryMs: number;
  /** How long a server may take to answer `GET /ring` before it counts as silent. */
  answerMs: number;
  /** From the lab's start until its first servers, so many, are ready. */
  startMs: (servers: number) => number;
  /** From a reboot until that server is ready. */
  readyMs: number;
  /** From a kill until the others are in a view without that server. */
  viewMs: number;
  /** From SIGTERM until the process has exited, for `stop`. */
  exitMs: number;
  /** The same at the lab's end; whoever needs longer is killed. */
  closeMs: number;
  /** One `put` or `get`, over all the servers that are tried. */
  sendMs: number;
  /** One try of a `put` or `get` at one server, while there are others to try. */
  tryMs: number;
}

export const defaultBounds: Bounds = {
  pollMs: 250,
  retryMs: 50,
  answerMs: 1_000,
  startMs: (servers) => 30_000 + 5_000 * servers,
  readyMs: 15_000,
  viewMs: 5_000,
  exitMs: 15_000,
  closeMs: 5_000,
  sendMs: 8_000,
  tryMs: 2_000,
};
