/** What a terminal is read from. */
export interface Keyboard {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Ctrl+C is only a key in raw mode. */
const ENDS = ['q', 'Q', '\u0003'];

/** Waits for a key that ends. What is typed is not shown meanwhile. Gives what sets the terminal back. */
export function listenForEnd(keyboard: Keyboard, end: () => void): () => void {
  if (keyboard.isTTY !== true || keyboard.setRawMode === undefined) return () => undefined;
  const listen = (chunk: Buffer | string): void => {
    if (ENDS.some((key) => String(chunk).includes(key))) end();
  };
  keyboard.setRawMode(true);
  keyboard.on('data', listen);
  keyboard.resume();
  return () => {
    keyboard.off('data', listen);
    keyboard.setRawMode!(false);
    keyboard.pause();
  };
}
