/** Where a backup or a download goes. */
export interface Target {
  /** In words. */
  readonly name: string;
  write(chunk: Uint8Array): Promise<void>;
  /** Takes everything back that was written; false when that cannot be done. */
  restart(): Promise<boolean>;
  /** All is there and in order. */
  commit(): Promise<void>;
  /** Nothing comes of it. Also to be called after `commit`. */
  close(): Promise<void>;
}
