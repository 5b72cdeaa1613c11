import type { Island } from './register.js';
import type { Inquirer, Question, Reply } from './inquiry.js';

export type Failure = Extract<Reply, { kind: 'failure' }>;

/** What all islands together say: the first that has it, or nobody, and who failed to tell. */
export interface Verdict {
  readonly found: Exclude<Reply, Failure | { kind: 'absent' }> | null;
  readonly failures: readonly Failure[];
}

/** Asks islands at the same time. The first that has it is the answer, and the others are not waited for. */
export async function firstFound(
  inquirer: Pick<Inquirer, 'ask'>,
  islands: readonly Island[],
  question: Question,
): Promise<Verdict> {
  const failures: Failure[] = [];
  const asked = new Map(islands.map((island) => [island, new AbortController()]));
  const replies = [...asked].map(([island, { signal }]) => inquirer.ask(island, question, signal));
  const hasIt = replies.map(async (reply) => {
    const answer = await reply;
    if (answer.kind === 'failure') failures.push(answer);
    if (answer.kind === 'failure' || answer.kind === 'absent') throw new NotHere();
    return answer;
  });
  try {
    const found = await Promise.any(hasIt);
    for (const [island, controller] of asked) if (island !== found.island) controller.abort();
    return { found, failures };
  } catch {
    return { found: null, failures };
  }
}

/** Ends one of several promises, of which the first that is kept counts. */
class NotHere extends Error {}
