import { NO_OPERATION, type Input, type Operation } from '../../src/replication/index.js';
import { Stage, type Audience, type Lane } from './stage.js';
import { wordsOfEvent, wordsOfMessage, wordsOfOutcome, wordsOfView } from './words.js';

const encoder = new TextEncoder();

/** Plays the commands of a transcript, and writes down what they lead to. */
export class Play implements Audience {
  private readonly stage = new Stage(this);
  private readonly requests = new Map<number, string>();
  /** The tickets of large bodies under way, by server and key. */
  private readonly uploads = new Map<string, number>();
  private lines: string[] = [];
  private tickets = 0;
  private quiet = false;

  /** What this command leads to. */
  perform(command: string): string[] {
    this.lines = [];
    const [verb, ...words] = command.trim().split(/\s+/);
    this.act(verb!, words);
    return this.lines;
  }

  delivered(from: string, to: string, message: Parameters<Audience['delivered']>[2]): void {
    const words = wordsOfMessage(message, (id) => this.stage.nameOf(id));
    if (words !== null) this.say(`${from} → ${to}: ${words}`);
  }

  granted(name: string, { ticket, pieces }: Parameters<Audience['granted']>[1]): void {
    this.say(`${name} takes up to ${pieces} pieces of ${this.requests.get(ticket)}`);
  }

  answered(name: string, { ticket, outcome }: Parameters<Audience['answered']>[1]): void {
    this.say(`${name} answers ${this.requests.get(ticket)}: ${wordsOfOutcome(outcome)}`);
  }

  happened(name: string, event: Parameters<Audience['happened']>[1]): void {
    this.say(`${name}: ${wordsOfEvent(event)}`);
  }

  private act(verb: string, words: readonly string[]): void {
    const [first = '', second = '', third = '', fourth = ''] = words;
    const { stage } = this;
    switch (verb) {
      case 'start':
        return stage.start(first, words.slice(1));
      case 'kill':
        return stage.kill(first);
      case 'put':
        return this.write(first, `put ${second}`, putOf(second, third, Number(fourth)));
      case 'delete':
        return this.write(first, `delete ${second}`, deleteOf(second));
      case 'upload':
      case 'piece':
      case 'end':
      case 'abort':
        return this.upload(verb, first, second, third);
      case 'get':
        return this.read(first, second);
      case 'leave':
        return stage.input(first, { kind: 'leave', ticket: this.ticket('leave') });
      case 'hold':
        return stage.hold(first, second, lanesOf(third));
      case 'release':
        return stage.release(first, second, lanesOf(third));
      case 'deliver':
        return stage.deliverSome(first, second, Number(third || 1));
      case 'settle':
        return stage.settle();
      case 'wait':
        return stage.wait(Number(first));
      case 'status':
        return this.status();
      case 'quietly':
        this.quiet = true;
        this.act(first, words.slice(1));
        this.quiet = false;
        return;
      default:
        throw new Error(`no command: ${verb}`);
    }
  }

  private write(name: string, what: string, operation: Operation): void {
    this.stage.input(name, { kind: 'write', ticket: this.ticket(what), operation });
  }

  private upload(step: 'upload' | 'piece' | 'end' | 'abort', name: string, key: string, text: string): void {
    if (step === 'upload') this.uploads.set(name + key, this.ticket(`put ${key}`));
    const ticket = this.uploads.get(name + key)!;
    this.stage.input(name, inputOf(step, ticket, key, text));
  }

  private read(name: string, key: string): void {
    const peek = this.stage.replica(name).peek(key, this.stage.clock);
    if (peek.kind === 'wait')
      this.stage.input(name, { kind: 'read', ticket: this.ticket(`get ${key}`), key });
    else if (peek.kind === 'elsewhere') this.say(`${name} has no body for get ${key}`);
    else
      this.say(
        `${name} answers get ${key}: ${wordsOfOutcome(peek.kind === 'absent' ? peek : { ...peek, via: null })}`,
      );
  }

  private status(): void {
    for (const name of [...this.stage.actors.keys()].toSorted()) {
      const { phase, view, watermark, hasLease, pinned } = this.stage.replica(name).status(this.stage.clock);
      const place = view === null ? 'no view' : wordsOfView(view);
      const bodies = pinned === 0 ? '' : `, bodies without a record: ${pinned}`;
      this.say(
        `${name}: ${phase}, ${place}, watermark ${watermark}, ${hasLease ? 'lease' : 'no lease'}${bodies}`,
      );
    }
  }

  private ticket(what: string): number {
    this.requests.set(++this.tickets, what);
    return this.tickets;
  }

  private say(line: string): void {
    if (!this.quiet) this.lines.push(line);
  }
}

function lanesOf(word: string): readonly Lane[] {
  return word === 'pieces' || word === 'records' ? [word] : ['records', 'pieces'];
}

function inputOf(
  step: 'upload' | 'piece' | 'end' | 'abort',
  ticket: number,
  key: string,
  text: string,
): Input {
  switch (step) {
    case 'upload':
      return { kind: 'upload', ticket, size: text === '' ? -1 : Number(text) };
    case 'piece':
      return { kind: 'upload-piece', ticket, bytes: encoder.encode(text) };
    case 'end':
      return {
        kind: 'upload-end',
        ticket,
        operation: { ...putOf(key, ''), body: null, size: 0, digest: '' },
      };
    case 'abort':
      return { kind: 'upload-abort', ticket };
  }
}

/** @param replicas how many keep its body; 0: all */
function putOf(key: string, value: string, replicas = 0): Operation {
  const body = encoder.encode(value);
  const digest = Buffer.from(value).toString('hex').padStart(16, '0').slice(-16);
  return { ...NO_OPERATION, kind: 'put', key, size: body.length, digest, body, replicas };
}

function deleteOf(key: string): Operation {
  return { ...NO_OPERATION, key };
}
