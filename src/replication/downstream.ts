import type { Links } from './links.js';
import type { Message } from './messages.js';
import type { BodyPlace } from './saved.js';
import type { State } from './state.js';

/**
 * The way to the successor in the present view. It opens once; frames wait until then. Once it broke it is
 * never resumed within the view, because nobody can tell which frames got through: the next view repairs it.
 */
export class Downstream {
  private link: number | null = null;
  private broken = false;
  private backlog: Message[] = [];

  constructor(
    private readonly state: State,
    private readonly links: Links,
  ) {}

  get isOpen(): boolean {
    return this.link !== null;
  }

  get isBroken(): boolean {
    return this.broken;
  }

  /** Starts over for a view that was installed just now. */
  reset(): void {
    this.link = null;
    this.broken = false;
    this.backlog = [];
  }

  /** Opens when the successor is connected. */
  open(): void {
    const { place } = this.state;
    if (!place || place.isAlone || this.link !== null || this.broken) return;
    const up = this.links.up(place.successor.ring);
    if (!up || up.peer!.id !== place.successor.id) return;
    this.link = up.link;
    for (const message of this.backlog) this.links.send(up.link!, message);
    this.backlog = [];
  }

  isLink(link: number): boolean {
    return link === this.link;
  }

  closed(link: number): void {
    if (link !== this.link) return;
    this.link = null;
    this.broken = true;
  }

  /**
   * @param patient nobody is known to wait for it
   * @param stored where the bytes of a piece are read from
   */
  send(message: Message, patient = false, stored?: BodyPlace): void {
    if (this.link !== null) this.links.send(this.link, message, patient, stored);
    else if (!this.broken) this.backlog.push(message);
  }
}
