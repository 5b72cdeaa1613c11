import type { Answer, Grant, LinkId, Outcome, Outgoing, Ready, ReplicaEvent, Ticket } from './interface.js';
import type { Message } from './messages.js';

/** Gathers what a step decides until the driver takes it. */
export class Effects {
  private messages: Outgoing[] = [];
  private hangups: LinkId[] = [];
  private dials: string[] = [];
  private grants: Grant[] = [];
  private answers: Answer[] = [];
  private events: ReplicaEvent[] = [];

  send(link: LinkId, message: Message, patient = false): void {
    this.messages.push(patient ? { link, message, patient } : { link, message });
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
    this.answers.push({ ticket, outcome });
  }

  emit(event: ReplicaEvent): void {
    this.events.push(event);
  }

  take(): Ready | null {
    const { messages, hangups, dials, grants, answers, events } = this;
    const isIdle = !(messages.length || hangups.length || dials.length || answers.length || events.length);
    if (isIdle && grants.length === 0) return null;
    this.messages = [];
    this.hangups = [];
    this.dials = [];
    this.grants = [];
    this.answers = [];
    this.events = [];
    return { messages, hangups, dials, grants, answers, events };
  }
}
