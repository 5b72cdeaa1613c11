import { afterAll, beforeAll } from '@jest/globals';
import { Outside } from '../support/outside/outside.js';

type Trials = typeof import('./trials.js');
type Simulator = Pick<Outside<Trials>, 'call'>;

/** The trials, at the speed that they have in a program; for the tests of the file that asks for it. */
export function useSimulator(): Simulator {
  let thread: Outside<Trials>;
  beforeAll(() => {
    thread = new Outside('test/simulation/trials', ['test/simulation', 'test/support/linearizability']);
  });
  afterAll(() => thread.close());
  return { call: (name, ...given) => thread.call(name, ...given) };
}
