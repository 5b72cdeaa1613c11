/** A question that is being asked. */
export interface Asking<T> {
  readonly reply: Promise<T>;
  /** Its end, whatever it brings. */
  readonly done: Promise<void>;
  /** What it brings may be from before a write, and is not remembered. */
  readonly isOutdated: boolean;
}

/** What is being asked, by its keys. Of several questions for one key it is the last, and only what that brings is remembered. */
export class Askings {
  private readonly askings = new Map<string, Asking<unknown> & { isOutdated: boolean }>();

  get(key: string): Asking<unknown> | undefined {
    return this.askings.get(key);
  }

  begin<T>(key: string, reply: Promise<T>): Asking<T> {
    const done = reply.then(nothing, nothing).then(() => {
      if (this.askings.get(key) === asking) this.askings.delete(key);
    });
    const asking = { reply, done, isOutdated: false };
    this.outdate(key);
    this.askings.set(key, asking);
    return asking;
  }

  /** Nobody waits for it any more. */
  outdate(key: string): void {
    const asking = this.askings.get(key);
    if (asking !== undefined) asking.isOutdated = true;
    this.askings.delete(key);
  }
}

function nothing(): void {}
