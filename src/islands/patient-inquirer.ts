import { CallError } from './caller.js';
import type { Inquirer, Question, Reply } from './inquiry.js';
import type { Island } from './register.js';

/** After so many questions in a row that a server did not answer in time … */
const MOST_LATE = 3;
/** … it is asked but one in so long. */
const PAUSE_MS = 1_000;

interface Lateness {
  count: number;
  /** It is passed over until then. */
  until: number;
}

/**
 * Asks islands, and passes over one that is up, as it answers whoever looks at it, but does not answer what it is asked: it would cost each
 * reader of what nobody has the deadline. It is asked now and then, and what it answers in time brings it back.
 */
export class PatientInquirer implements Pick<Inquirer, 'ask'> {
  /** By the URL that is asked first: there are no more of them than were configured. */
  private readonly latenesses = new Map<string, Lateness>();

  constructor(
    private readonly inquirer: Pick<Inquirer, 'ask'>,
    private readonly now: () => number,
  ) {}

  /** Never rejects. */
  async ask(island: Island, question: Question, signal?: AbortSignal): Promise<Reply> {
    const origin = island.origins[0]!;
    const lateness = this.latenesses.get(origin);
    if (lateness !== undefined && lateness.count >= MOST_LATE) {
      if (lateness.until > this.now())
        return {
          kind: 'failure',
          island,
          error: new CallError('late', 'it has not answered in time lately'),
        };
      lateness.until = this.now() + PAUSE_MS;
    }
    const reply = await this.inquirer.ask(island, question, signal);
    // One that was not waited for may have been about to answer.
    if (signal?.aborted !== true) this.learn(origin, reply);
    return reply;
  }

  private learn(origin: string, reply: Reply): void {
    const failure = reply.kind === 'failure' ? reply.error.kind : null;
    if (failure === 'busy') return;
    if (failure !== 'late') return void this.latenesses.delete(origin);
    const count = (this.latenesses.get(origin)?.count ?? 0) + 1;
    this.latenesses.set(origin, { count, until: this.now() + PAUSE_MS });
  }
}
