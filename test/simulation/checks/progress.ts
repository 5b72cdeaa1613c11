import type { LogRecord, Message, ServerId, View } from '../../../src/replication/index.js';
import { violation } from '../violation.js';

/** What is known from outside of one incarnation: how far it is, and in which view. */
class Progress {
  view: View | null = null;
  /** The revision that it had when it came in. */
  first = 0;
  watermark = 0;
  committed = 0;
  /** The highest revision that was handed to it, or that it numbered. */
  stored = 0;
}

/** Nothing goes back while an incarnation lives: neither its view, nor its watermark, nor what it commits. */
export class ProgressOfAll {
  private readonly incarnations = new Map<ServerId, Progress>();

  of(id: ServerId): Progress {
    let progress = this.incarnations.get(id);
    if (progress === undefined) this.incarnations.set(id, (progress = new Progress()));
    return progress;
  }

  handled(id: ServerId, message: Message): void {
    if (message.kind === 'append') this.raise(id, message.record.revision);
    else if (message.kind === 'state')
      this.raise(id, Math.max(message.rest?.watermark ?? 0, message.log.at(-1)?.revision ?? 0));
  }

  installed(id: ServerId, view: View): void {
    const progress = this.of(id);
    const before = progress.view;
    if (before !== null && view.id.number <= before.id.number)
      violation('views', `${id} goes back from view ${before.id.number} to ${view.id.number}`);
    progress.view = view;
    // Who has come back begins with what it has.
    const member = view.members.find((candidate) => candidate.id === id);
    if (member === undefined) return;
    if (before === null) progress.first = member.last;
    this.raise(id, member.last);
  }

  committed(id: ServerId, record: LogRecord): void {
    const progress = this.of(id);
    if (record.revision <= progress.committed)
      violation('revisions', `${id} commits r${record.revision} after r${progress.committed}`);
    progress.committed = record.revision;
    this.raise(id, record.revision);
  }

  watermark(id: ServerId, watermark: number): void {
    const progress = this.of(id);
    if (watermark < progress.watermark)
      violation('watermark', `that of ${id} falls from ${progress.watermark} to ${watermark}`);
    progress.watermark = watermark;
  }

  private raise(id: ServerId, revision: number): void {
    const progress = this.of(id);
    if (revision > progress.stored) progress.stored = revision;
  }
}
