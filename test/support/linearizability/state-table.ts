import type { Model, StateKey } from './history.js';

/** Numbers the states by their keys, so that the search compares and remembers them as numbers. */
export class StateTable<S> {
  private readonly ids = new Map<StateKey, number>();
  private readonly values: S[] = [];

  constructor(private readonly model: Pick<Model<S, never, never>, 'key'>) {}

  get size(): number {
    return this.ids.size;
  }

  idOf(state: S): number {
    const id = this.idOfKey(this.model.key(state));
    if (this.values[id] === undefined) this.values[id] = state;
    return id;
  }

  /** The number that a state of this key has, or will have. */
  idOfKey(key: StateKey): number {
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.ids.set(key, this.ids.size);
    return this.ids.size - 1;
  }

  /** Only for numbers that `idOf` answered. */
  valueOf(id: number): S {
    return this.values[id]!;
  }
}
