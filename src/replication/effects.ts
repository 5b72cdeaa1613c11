import type {
  Answer,
  Grant,
  LinkId,
  Outcome,
  Outgoing,
  Ready,
  ReplicaEvent,
  Saves,
  Ticket,
} from './interface.js';
import type { Message } from './messages.js';
import type { BodyPlace } from './saved.js';

/** Gathers what a step decides until the driver takes it. */
export class Effects {
  /** Hears what becomes of this server's own requests, whose tickets are below zero. */
  answerOwn: (ticket: Ticket, outcome: Outcome) => void = () => undefined;
  private saves: Saves | null = null;
  private messages: Outgoing[] = [];
  private hangups: LinkId[] = [];
  private dials: string[] = [];
  private grants: Grant[] = [];
  private answers: Answer[] = [];
  private events: ReplicaEvent[] = [];

  save(saves: Saves): void {
    this.saves = saves;
  }

  send(link: LinkId, message: Message, patient = false, stored?: BodyPlace): void {
    if (stored !== undefined) this.messages.push({ link, message, stored });
    else this.messages.push(patient ? { link, message, patient } : { link, message });
  }

  hangup(link: LinkId): void {
    this.hangups.push(link);
  }

  dial(address: string): void {
    this.dials.push(address);
  }

  grant(ticket: Ticket, pieces: number): void {
    this.grants.push({ ticket, pieces });
  }

  answer(ticket: Ticket, outcome: Outcome): void {
    if (ticket < 0) this.answerOwn(ticket, outcome);
    else this.answers.push({ ticket, outcome });
  }

  emit(event: ReplicaEvent): void {
    this.events.push(event);
  }

  take(): Ready | null {
    const { saves, messages, hangups, dials, grants, answers, events } = this;
    const isIdle = !(messages.length || hangups.length || dials.length || answers.length || events.length);
    if (isIdle && grants.length === 0 && saves === null) return null;
    this.saves = null;
    this.messages = [];
    this.hangups = [];
    this.dials = [];
    this.grants = [];
    this.answers = [];
    this.events = [];
    return { saves, messages, hangups, dials, grants, answers, events };
  }
}
