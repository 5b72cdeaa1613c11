import type { NotDone, Operation, Outcome } from '../../src/replication/index.js';
import type { Cluster } from './cluster.js';
import { AMPLE_MEMORY_BYTES } from './plan.js';
import type { Process } from './process.js';
import { Random } from './random.js';
import type { Settle } from './requests.js';
import { Upload } from './upload.js';
import { violation } from './violation.js';

const TOKEN_CHANCE = 0.3;
const RETRIES = 2;
const RETRY_AFTER_MS = [0, 400] as const;

/** What came of a request, and the server that told it. */
type Tell = (outcome: Outcome | null, server: Process) => void;

interface Request {
  readonly operation: Operation;
  /** Its body is sent piece by piece. */
  readonly isLarge: boolean;
  readonly tell: Tell;
  retries: number;
  /** An attempt may have been done, or may still be. */
  inDoubt: boolean;
}

/**
 * Sends writes. Some carry an Idempotency-Key: those are sent again, to any server, as long as nobody says what came of them, and are
 * one request all the same.
 */
export class Sender {
  private readonly random: Random;

  constructor(private readonly cluster: Cluster) {
    this.random = new Random(cluster.plan.seed, 5);
  }

  send(process: Process, operation: Operation, isLarge: boolean, client: number, tell: Tell): void {
    const hasToken = this.random.chance(TOKEN_CHANCE);
    const token = hasToken ? `t${client}` : '';
    const retries = hasToken ? RETRIES : 0;
    this.attempt(process, { operation: { ...operation, token }, isLarge, tell, retries, inDoubt: false });
  }

  private attempt(process: Process, request: Request): void {
    const settle: Settle = (outcome) => {
      if (outcome?.kind === 'refused' && outcome.record.refusal === 'reused')
        violation('answers', `${request.operation.token} is said to be of another request`);
      if (outcome?.kind === 'not-done') this.checkReason(outcome.reason);
      const isOpen = outcome === null || outcome.kind === 'unknown';
      request.inDoubt ||= isOpen;
      if ((isOpen || outcome.kind === 'not-done') && request.retries-- > 0) this.retryLater(process, request);
      else request.tell(outcome?.kind === 'not-done' && request.inDoubt ? null : outcome, process);
    };
    if (request.isLarge) new Upload(process, request.operation, this.random, settle).begin();
    else process.write(request.operation, settle);
  }

  /** Nothing damages a body here, and most servers have all the room there is. */
  private checkReason(reason: NotDone): void {
    const { plan } = this.cluster;
    if (reason === 'damaged' || (reason === 'full' && plan.memoryLimitBytes >= AMPLE_MEMORY_BYTES))
      violation('answers', `a write is not done since it is ${reason}`);
  }

  private retryLater(last: Process, request: Request): void {
    const { world } = this.cluster;
    world.after(this.random.between(...RETRY_AFTER_MS), () => {
      const { processes } = this.cluster;
      if (processes.length === 0) return request.tell(request.inDoubt ? null : NOT_DONE, last);
      const process = this.random.pick(processes);
      process.enter(() => this.attempt(process, request));
    });
  }
}

const NOT_DONE: Outcome = { kind: 'not-done', reason: 'not-a-member' };
