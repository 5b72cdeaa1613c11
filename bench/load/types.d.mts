/** What the parts of the load generator say to each other. */

/** One slice of load, as sent to the generator's process. */
export interface LoadSpec {
  /** A name in `dialogues/index.mjs`. */
  dialogue: string;
  /** On loopback; connections are dealt to them in turn. */
  ports: number[];
  /** Each has one request under way at a time: a closed loop, no pipelining. */
  connections: number;
  seconds: number;
  bodyBytes: number;
  /** How many different keys are used. */
  keys: number;
  /** For HTTP: what precedes the key. */
  path?: string;
}

export interface LoadResult {
  /** Answers per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  /** Milliseconds. */
  p99: number;
  /** Answers that were not what the dialogue expects, and connections lost. */
  errors: number;
  firstError?: string | undefined;
}

/** What is sent to the generator's process. */
export interface Order {
  kind: 'drive' | 'fill';
  spec: LoadSpec;
}

export interface FillResult {
  /** How long it took. */
  seconds: number;
}

/** What came of a PUT of a large body. */
export interface Upload {
  status: number;
  /** Until the answer was there. */
  ms: number;
  /** Of the answer. */
  text: string;
}

/** What a dialogue is given. */
export interface Wire {
  spec: LoadSpec;
  /** Of the connection. */
  index: number;
  port: number;
  send(bytes: Buffer): void;
  /** The greeting is over: requests may begin. */
  ready(): void;
  /** The request under way has its answer. */
  answered(problem?: string): void;
  /** There is no request left to send. */
  done(): void;
}

/** One connection's side of a protocol. */
export interface Dialogue {
  /** The connection is there. */
  open(): void;
  /** Sends the next request. */
  request(): void;
  /** The bytes are valid only during the call. */
  receive(bytes: Buffer): void;
}
