import { Problem } from '../http/index.js';
import type { CallError } from './caller.js';
import type { Island } from './register.js';
import { labelOf } from './wishes.js';

/** Why an island that was asked for something has not answered, as a client is told. */
export function callProblem(island: Island, { kind, message }: CallError): Problem {
  const details = { detail: `${island.name}: ${message}.`, headers: labelOf(island) };
  switch (kind) {
    case 'unreachable':
      return new Problem('island_unreachable', details);
    case 'late':
      return new Problem('island_timeout', details);
    case 'busy':
      return new Problem('islands_busy', details);
    case 'broken':
    case 'useless':
      return new Problem('island_answer', details);
  }
}
